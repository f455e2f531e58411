// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param headers besides those of every answer
 */
record Answer(int status, String type, byte[] body, Map<String, String> headers) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Answer of(String type, byte[] body) {
    return new Answer(200, type, body, Map.of());
  }

  static Answer json(JsonNode node) {
    return of("application/json; charset=utf-8", bytes(node));
  }

  static Answer refused(int status, String message) {
    return new Answer(
        status,
        "application/json; charset=utf-8",
        bytes(JsonNodeFactory.instance.objectNode().put("error", message)),
        Map.of());
  }

  Answer withHeader(String name, String value) {
    return new Answer(status, type, body, Map.of(name, value));
  }

  private static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the JSON object of a request. */
  static JsonNode parse(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      if (!node.isObject()) {
        throw new Refusal(400, "expected a JSON object");
      }
      return node;
    } catch (IOException e) {
      throw new Refusal(
          400,
          "the request is not JSON: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }
}
