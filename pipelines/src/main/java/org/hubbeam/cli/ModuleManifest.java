// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of rows or images that modules computed.
 *
 * @param modules the modules, in the order of their calls
 * @param recipe how rows became vectors; null where they did not
 * @param projection the matrix that was fitted to the vectors, as {@link ProjectionJson} has it;
 *     null where none was
 * @param steps descriptions of all other steps, in the order of the pipeline
 * @param dimension the length of a vector; 0 if rows have no fixed length or there are none
 * @param files the names of the files, without their folder
 * @param versions of hubbeam, TensorFlow, Beam and Java
 * @param created the time, in ISO 8601
 */
record ModuleManifest(
    List<Source> modules,
    @Nullable VectorRecipe recipe,
    @Nullable JsonNode projection,
    List<String> steps,
    long dimension,
    Counts counts,
    List<String> files,
    Map<String, String> versions,
    String created)
    implements JobManifest {

  private static final ObjectMapper JSON = new ObjectMapper();

  ModuleManifest {
    modules = List.copyOf(modules);
    steps = List.copyOf(steps);
    files = List.copyOf(files);
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /**
   * A function of a module.
   *
   * @param handle as the user wrote it
   * @param url where it was fetched from, after redirects; empty for a folder
   * @param digest the SHA-256 of its {@code saved_model.pb}
   * @param function the function with its Python arguments
   * @param outputs the outputs that were kept, by column
   */
  record Source(
      String handle, String url, String digest, String function, Map<String, String> outputs)
      implements Serializable {
    Source {
      outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    ObjectNode json() {
      ObjectNode json = JSON.createObjectNode();
      json.put("handle", handle);
      json.put("url", url);
      json.put("digest", digest);
      json.put("function", function);
      outputs.forEach(json.putObject("outputs")::put);
      return json;
    }
  }

  /**
   * How much was written.
   *
   * @param unit what one row is called: {@code row}, {@code image}
   * @param rows how many were written
   * @param failures how many records failed
   */
  record Counts(String unit, long rows, long failures) {}

  @Override
  public Map<String, Long> rows() {
    return Map.of(counts.unit, counts.rows);
  }

  @Override
  public long failures() {
    return counts.failures;
  }

  @Override
  public List<String> details() {
    return dimension == 0 ? List.of() : List.of(Formatting.of(dimension, "float") + " each");
  }

  @Override
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode modulesJson = json.putArray("modules");
    for (Source module : modules) {
      modulesJson.add(module.json());
    }
    if (recipe != null) {
      recipe.into(json.putObject("recipe"));
    }
    if (projection != null) {
      json.set(ProjectionJson.KEY, projection);
    }
    steps.forEach(json.putArray("steps")::add);
    json.put("dimension", dimension);
    json.put("rows", counts.rows);
    json.put("failures", counts.failures);
    files.forEach(json.putArray("files")::add);
    versions.forEach(json.putObject("versions")::put);
    json.put("created", created);
    return json.toPrettyString() + "\n";
  }
}
