// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The manifest of embeddings after another step: that of the embeddings with one step more, so that
 * whatever reads embeddings reads these.
 *
 * @param embeddings the manifest of the embeddings, as JSON
 * @param step what was done, in words
 * @param rows how many were written, by what they are called; the first are those of the files
 * @param failures how many records failed
 * @param files the names of the files, without their folder
 * @param found what else was found, as JSON by its names
 * @param reported lines to print
 */
record DerivedManifest(
    String embeddings,
    String step,
    Map<String, Long> rows,
    long failures,
    List<String> files,
    Map<String, JsonNode> found,
    List<String> reported)
    implements JobManifest {

  private static final ObjectMapper JSON = new ObjectMapper();

  DerivedManifest {
    rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    files = List.copyOf(files);
    found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
    reported = List.copyOf(reported);
  }

  @Override
  public String toJson() {
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(embeddings);
      List<JsonNode> steps = new ArrayList<>();
      json.path("steps").forEach(steps::add);
      json.putArray("steps").addAll(steps).add(step);
      json.put("rows", rows.values().iterator().next());
      json.put("failures", failures);
      files.forEach(json.putArray("files")::add);
      found.forEach(json::set);
      Versions.used().forEach(json.putObject("versions")::put);
      json.put("created", Instant.now().toString());
      return json.toPrettyString() + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
