// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Secrets;
import org.hubbeam.training.Metrics;

/**
 * The manifest of an evaluation.
 *
 * @param modules what was called
 * @param metrics what was measured
 * @param options those of the program
 */
record EvaluateManifest(
    List<ModuleManifest.Source> modules,
    Metrics metrics,
    Rows read,
    List<String> options,
    Map<String, String> versions,
    String created)
    implements JobManifest {

  EvaluateManifest {
    modules = List.copyOf(modules);
    options = List.copyOf(options);
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  /**
   * What was read.
   *
   * @param input the files
   */
  record Rows(String input, long failures) {}

  ObjectNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    ArrayNode sources = json.putArray("modules");
    modules.forEach(module -> sources.add(module.json()));
    json.put("input", read.input);
    json.put("rows", metrics.rows());
    json.put("failures", read.failures);
    ArrayNode given = json.putArray("options");
    options.forEach(option -> given.add(Secrets.maskedIn(option)));
    versions.forEach(json.putObject("versions")::put);
    json.put("created", created);
    return json;
  }

  @Override
  public String toJson() {
    return json().toPrettyString() + "\n";
  }

  @Override
  public Map<String, Long> rows() {
    return Map.of("row", metrics.rows());
  }

  @Override
  public long failures() {
    return read.failures;
  }

  @Override
  public List<String> reported() {
    return MetricsTable.of(metrics);
  }
}
