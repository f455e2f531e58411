// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The manifest of rows in a store.
 *
 * @param input the prefix of the files that were read
 * @param place the store, without secrets
 * @param versions of hubbeam, TensorFlow, Beam and Java
 * @param created the time, in ISO 8601
 */
record ExportManifest(
    String input,
    String place,
    Destination.Stored stored,
    long failures,
    Map<String, String> versions,
    String created)
    implements JobManifest {

  private static final ObjectMapper JSON = new ObjectMapper();

  ExportManifest {
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }

  @Override
  public Map<String, Long> rows() {
    return Map.of("row", stored.rows());
  }

  @Override
  public List<String> details() {
    return stored.dimension() == 0
        ? List.of()
        : List.of(Formatting.of(stored.dimension(), "float") + " each");
  }

  @Override
  public List<String> reported() {
    return List.of("stored in " + place);
  }

  @Override
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("input", input);
    json.put("to", place);
    json.put("dimension", stored.dimension());
    json.put("rows", stored.rows());
    json.put("failures", failures);
    versions.forEach(json.putObject("versions")::put);
    json.put("created", created);
    return json.toPrettyString() + "\n";
  }
}
