package org.hubbeam.tfrecord;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a set of vectors is and where it comes from, kept beside it as {@code PREFIX.manifest.json}.
 * It is written last: where it stands, the set is whole.
 *
 * @param module which function of which module made it
 * @param dimension the length of a vector; 0 where rows have no fixed length or there are none
 * @param counts how many rows there are, and how many records became failures
 * @param files the names of the files, without their folder
 * @param versions of hubbeam, TensorFlow, Beam and Java
 * @param created when, in ISO 8601
 */
public record Manifest(
    Source module,
    long dimension,
    Counts counts,
    List<String> files,
    Map<String, String> versions,
    String created) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public Manifest {
    files = List.copyOf(files);
    versions = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /**
   * Which function of which module.
   *
   * @param handle as it was given
   * @param url where it was fetched from, after redirects; empty for a folder
   * @param digest the sha256 of its {@code saved_model.pb}
   * @param function the function with its python arguments
   * @param output the output that was kept
   */
  public record Source(String handle, String url, String digest, String function, String output) {}

  /** How many rows were written, and how many records became failures. */
  public record Counts(long rows, long failures) {}

  /** Writes it, whole or not at all. */
  public void write(String file) throws IOException {
    WholeFile.write(file, toJson());
  }

  /** Reads one. */
  public static Manifest read(String file) throws IOException {
    return parse(WholeFile.read(file));
  }

  /** This manifest as JSON. */
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("handle", module.handle());
    json.put("url", module.url());
    json.put("digest", module.digest());
    json.put("function", module.function());
    json.put("output", module.output());
    json.put("dimension", dimension);
    json.put("rows", counts.rows());
    json.put("failures", counts.failures());
    files.forEach(json.putArray("files")::add);
    ObjectNode versionsJson = json.putObject("versions");
    versions.forEach(versionsJson::put);
    json.put("created", created);
    return json.toPrettyString() + "\n";
  }

  /**
   * Reads the JSON of a manifest.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Manifest parse(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException("this is no manifest: " + e.getMessage(), e);
    }
    for (String field : List.of("handle", "dimension", "rows", "failures", "files")) {
      if (!json.has(field)) {
        throw new IllegalArgumentException("this is no manifest: it lacks \"" + field + "\"");
      }
    }
    List<String> files = new ArrayList<>();
    json.get("files").forEach(f -> files.add(f.asText()));
    Map<String, String> versions = new LinkedHashMap<>();
    json.path("versions")
        .properties()
        .forEach(v -> versions.put(v.getKey(), v.getValue().asText()));
    return new Manifest(
        new Source(
            json.get("handle").asText(),
            json.path("url").asText(),
            json.path("digest").asText(),
            json.path("function").asText(),
            json.path("output").asText()),
        json.get("dimension").asLong(),
        new Counts(json.get("rows").asLong(), json.get("failures").asLong()),
        files,
        versions,
        json.path("created").asText());
  }
}
