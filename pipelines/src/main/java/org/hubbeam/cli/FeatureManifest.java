package org.hubbeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a set of features is and where it comes from. It is written last: where it stands, the set
 * is whole.
 *
 * @param function what made the features
 * @param analyzers what the function reports of the data it was fitted to now
 * @param splits by their names
 * @param failures how many records did not become features
 * @param versions of hubbeam, TensorFlow, Beam and Java
 * @param created when, in ISO 8601
 */
record FeatureManifest(
    Source function,
    AnalyzerValues analyzers,
    Map<String, Split> splits,
    long failures,
    Map<String, String> versions,
    String created) {

  /** The name of the only split, where there are none. */
  static final String ALL = "all";

  private static final ObjectMapper JSON = new ObjectMapper();

  FeatureManifest {
    splits = Collections.unmodifiableMap(new LinkedHashMap<>(splits));
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /**
   * A preprocessing function.
   *
   * @param name as it was given: a spec file, a class, a transform output
   * @param digest the sha256 of the fitted function's {@code saved_model.pb}
   */
  record Source(String name, String digest) {}

  /**
   * The features of some of the data.
   *
   * @param input the files that were read
   * @param rows how many there are
   * @param files their names, without the folder
   */
  record Split(String input, long rows, List<String> files) {
    Split {
      files = List.copyOf(files);
    }
  }

  /** The rows of all splits. */
  long rows() {
    return splits.values().stream().mapToLong(Split::rows).sum();
  }

  /** This manifest as JSON. */
  String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("function", function.name);
    json.put("digest", function.digest);
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
