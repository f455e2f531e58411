// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Internal;

/**
 * What the {@link BatchSink}s of a run have written, as their last steps know it: counters count
 * rows of restarted steps twice.
 */
@Internal
public record WrittenFiles(List<WrittenFile> files) {

  public WrittenFiles {
    files = List.copyOf(files);
  }

  /**
   * A file with its final name.
   *
   * @param name with its folder
   * @param rows how many records it has
   * @param bytes its size
   */
  public record WrittenFile(String name, long rows, long bytes) {}

  static WrittenFiles of(List<String> names, List<WrittenPart> parts) {
    List<WrittenFile> files = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      files.add(new WrittenFile(names.get(i), parts.get(i).rows(), parts.get(i).bytes()));
    }
    return new WrittenFiles(files);
  }

  /** How many records there are. */
  public long rows() {
    return files.stream().mapToLong(WrittenFile::rows).sum();
  }

  /** The names of the files without their folder. */
  public List<String> names() {
    return files.stream().map(f -> f.name.replaceFirst(".*[/\\\\]", "")).toList();
  }

  /**
   * Reads what the sink with this prefix has left, and sees to it that its files are there.
   *
   * @throws IllegalStateException if they cannot be seen here
   */
  public static WrittenFiles read(RunFolder run, String prefix) throws IOException {
    String left = run.files(prefix.substring(prefix.lastIndexOf('/') + 1));
    if (FileGlob.match(left).isEmpty()) {
      throw unseen(left);
    }
    WrittenFiles written = parse(WholeFile.read(left));
    Map<String, Long> sizes = new HashMap<>();
    BatchSink.matches(prefix)
        .forEach(f -> sizes.put(String.valueOf(f.resourceId().getFilename()), f.sizeBytes()));
    for (int i = 0; i < written.files.size(); i++) {
      if (sizes.getOrDefault(written.names().get(i), -1L) != written.files.get(i).bytes) {
        throw unseen(written.files.get(i).name);
      }
    }
    return written;
  }

  static IllegalStateException unseen(String file) {
    return new IllegalStateException(
        "the job has ended, but its output cannot be seen on "
            + ThisProcess.host()
            + ", such as "
            + file
            + ": "
            + RunFolder.NOT_SHARED);
  }

  private static WrittenFiles parse(String json) throws IOException {
    List<WrittenFile> files = new ArrayList<>();
    for (JsonNode file : new ObjectMapper().readTree(json)) {
      files.add(
          new WrittenFile(
              file.path("name").asText(), file.path("rows").asLong(), file.path("bytes").asLong()));
    }
    return new WrittenFiles(files);
  }

  void write(RunFolder run, String name) throws IOException {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    files.forEach(
        f -> json.addObject().put("name", f.name).put("rows", f.rows).put("bytes", f.bytes));
    WholeFile.write(run.files(name), json.toString());
  }
}
