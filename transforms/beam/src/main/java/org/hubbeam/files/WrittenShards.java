// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Internal;
import org.hubbeam.search.IndexDescription;

/**
 * What an {@link IndexSink} has written.
 *
 * @param shards those that have rows
 * @param repeated rows that were left out because another was the same in all
 */
@Internal
public record WrittenShards(List<IndexDescription.Shard> shards, long repeated) {

  private static final String FILE = "shards.json";

  public WrittenShards {
    shards = List.copyOf(shards);
  }

  /**
   * Reads what the sink of a run has left.
   *
   * @throws IllegalStateException if it cannot be seen here
   */
  public static WrittenShards read(RunFolder run) throws IOException {
    String file = run.child(FILE);
    if (FileGlob.match(file).isEmpty()) {
      throw WrittenFiles.unseen(file);
    }
    JsonNode json = new ObjectMapper().readTree(WholeFile.read(file));
    List<IndexDescription.Shard> shards = new ArrayList<>();
    for (JsonNode shard : json.path("shards")) {
      Map<IndexDescription.Part, IndexDescription.File> files = new LinkedHashMap<>();
      shard
          .path("files")
          .properties()
          .forEach(
              part ->
                  files.put(
                      IndexDescription.Part.valueOf(part.getKey()),
                      new IndexDescription.File(
                          part.getValue().path("name").asText(),
                          part.getValue().path("size").asLong(),
                          part.getValue().path("sha256").asText())));
      shards.add(
          new IndexDescription.Shard(
              shard.path("generation").asInt(), shard.path("rows").asInt(), 0, files));
    }
    return new WrittenShards(shards, json.path("repeated").asLong());
  }

  void write(RunFolder run) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("repeated", repeated);
    for (IndexDescription.Shard shard : shards) {
      ObjectNode one = json.withArray("shards").addObject();
      one.put("generation", shard.generation()).put("rows", shard.rows());
      ObjectNode files = one.putObject("files");
      shard
          .files()
          .forEach(
              (part, f) ->
                  files
                      .putObject(part.name())
                      .put("name", f.name())
                      .put("size", f.size())
                      .put("sha256", f.sha256()));
    }
    WholeFile.write(run.child(FILE), json.toString());
  }
}
