// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The manifest of features that a preprocessing function computed.
 *
 * @param function the preprocessing function
 * @param analyzers the analyzer values that the function reports
 * @param splits by their names
 * @param failures how many records failed
 * @param versions of hubbeam, TensorFlow, Beam and Java
 * @param created the time, in ISO 8601
 */
record FeatureManifest(
    Source function,
    AnalyzerValues analyzers,
    Map<String, Split> splits,
    long failures,
    Map<String, String> versions,
    String created)
    implements JobManifest {

  /** The name of the split if there is only one. */
  static final String ALL = "all";

  private static final ObjectMapper JSON = new ObjectMapper();

  FeatureManifest {
    splits = Collections.unmodifiableMap(new LinkedHashMap<>(splits));
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /**
   * A preprocessing function.
   *
   * @param name the spec file, the class or the transform output
   * @param digest the SHA-256 of the fitted function's {@code saved_model.pb}
   * @param labels input columns that are missing in data to come
   */
  record Source(String name, String digest, List<String> labels) implements Serializable {
    Source {
      labels = List.copyOf(labels);
    }
  }

  /**
   * The labels that a manifest names; none where there is no manifest, or one of something else.
   */
  static List<String> labels(String manifest) throws IOException {
    List<String> labels = new ArrayList<>();
    Optional<String> text = OutputFiles.text(manifest);
    if (text.isPresent()) {
      JSON.readTree(text.get()).path("labels").forEach(label -> labels.add(label.asText()));
    }
    return labels;
  }

  /**
   * The features of a part of the data.
   *
   * @param input the glob of the files that were read
   * @param rows how many rows were written
   * @param files the names of the written files, without their folder
   */
  record Split(String input, long rows, List<String> files) {
    Split {
      files = List.copyOf(files);
    }
  }

  @Override
  public Map<String, Long> rows() {
    Map<String, Long> rows = new LinkedHashMap<>();
    splits.forEach((name, split) -> rows.put(name.equals(ALL) ? "row" : name + " row", split.rows));
    return rows;
  }

  @Override
  public List<String> reported() {
    return analyzers.lines();
  }

  @Override
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("function", function.name);
    json.put("digest", function.digest);
    if (!function.labels.isEmpty()) {
      function.labels.forEach(json.putArray("labels")::add);
    }
    if (!analyzers.arrays().isEmpty()) {
      json.set("analyzers", analyzers.toJson());
    }
    ObjectNode splitsJson = json.putObject("splits");
    splits.forEach(
        (name, split) -> {
          ObjectNode part = splitsJson.putObject(name);
          part.put("input", split.input);
          part.put("rows", split.rows);
          split.files.forEach(part.putArray("files")::add);
        });
    json.put("failures", failures);
    ObjectNode versionsJson = json.putObject("versions");
    versions.forEach(versionsJson::put);
    json.put("created", created);
    return json.toPrettyString() + "\n";
  }
}
