package org.hubbeam.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a set of vectors is and where it comes from, kept beside it as {@code PREFIX.manifest.json}.
 * It is written last: where it stands, the set is whole.
 *
 * @param modules which functions of which modules made it, in the order of the data's way
 * @param steps what else was done to the data, in words, in the order of its way
 * @param dimension the length of a vector; 0 where rows have no fixed length or there are none
 * @param counts how many rows there are, and how many records became failures
 * @param files the names of the files, without their folder
 * @param versions of hubbeam, TensorFlow, Beam and Java
 * @param created when, in ISO 8601
 */
public record Manifest(
    List<Source> modules,
    List<String> steps,
    long dimension,
    Counts counts,
    List<String> files,
    Map<String, String> versions,
    String created) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public Manifest {
    modules = List.copyOf(modules);
    steps = List.copyOf(steps);
    files = List.copyOf(files);
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /**
   * Which function of which module.
   *
   * @param handle as it was given
   * @param url where it was fetched from, after redirects; empty for a folder
   * @param digest the sha256 of its {@code saved_model.pb}
   * @param function the function with its python arguments
   * @param outputs by column, the output that was kept there
   */
  public record Source(
      String handle, String url, String digest, String function, Map<String, String> outputs) {
    public Source {
      outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }
  }

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
    ArrayNode modulesJson = json.putArray("modules");
    for (Source module : modules) {
      ObjectNode source = modulesJson.addObject();
      source.put("handle", module.handle());
      source.put("url", module.url());
      source.put("digest", module.digest());
      source.put("function", module.function());
      putAll(source.putObject("outputs"), module.outputs());
    }
    steps.forEach(json.putArray("steps")::add);
    json.put("dimension", dimension);
    json.put("rows", counts.rows());
    json.put("failures", counts.failures());
    files.forEach(json.putArray("files")::add);
    putAll(json.putObject("versions"), versions);
    json.put("created", created);
    return json.toPrettyString() + "\n";
  }

  private static void putAll(ObjectNode json, Map<String, String> texts) {
    texts.forEach(json::put);
  }

  private static Map<String, String> texts(JsonNode json) {
    Map<String, String> texts = new LinkedHashMap<>();
    json.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
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
    for (String field : List.of("modules", "dimension", "rows", "failures", "files")) {
      if (!json.has(field)) {
        throw new IllegalArgumentException("this is no manifest: it lacks \"" + field + "\"");
      }
    }
    for (String field : List.of("dimension", "rows", "failures")) {
      if (!json.get(field).canConvertToExactIntegral() || !json.get(field).canConvertToLong()) {
        throw new IllegalArgumentException(
            "this is no manifest: \"" + field + "\" is " + json.get(field));
      }
    }
    List<String> files = new ArrayList<>();
    json.get("files").forEach(f -> files.add(f.asText()));
    List<Source> modules = new ArrayList<>();
    for (JsonNode module : json.get("modules")) {
      modules.add(
          new Source(
              module.path("handle").asText(),
              module.path("url").asText(),
              module.path("digest").asText(),
              module.path("function").asText(),
              texts(module.path("outputs"))));
    }
    List<String> steps = new ArrayList<>();
    json.path("steps").forEach(step -> steps.add(step.asText()));
    return new Manifest(
        modules,
        steps,
        json.get("dimension").asLong(),
        new Counts(json.get("rows").asLong(), json.get("failures").asLong()),
        files,
        texts(json.path("versions")),
        json.path("created").asText());
  }
}
