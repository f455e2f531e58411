// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.DType;
import org.jspecify.annotations.Nullable;

/**
 * Expressions as JSON: {@code {"column": name}}, {@code {"ref": name}}, {@code {"const": value,
 * "dtype": name}}, {@code {"op": name, argument: ...}}; an argument is an expression, a plain
 * value, a list of either, or a function {@code {"fn": name, ...}}.
 */
final class ExpressionJson {

  private ExpressionJson() {}

  /**
   * Reads an expression.
   *
   * @param path where it is, for messages
   * @throws SpecException naming the location of what is no expression
   */
  static Expression read(JsonNode json, String path) {
    SourceLocation location = SourceLocation.at(path);
    if (json.has("column")) {
      return new Expression.Column(json.get("column").asText(), location);
    }
    if (json.has("ref")) {
      return new Expression.Ref(json.get("ref").asText(), location);
    }
    if (json.has("const")) {
      DType dtype = ExpressionText.dtype(json.path("dtype").asText(), location);
      return new Expression.Const(read(json.get("const"), path), dtype, location);
    }
    for (String kind : List.of("op", "fn")) {
      if (json.has(kind)) {
        return call(json, kind, path);
      }
    }
    if (json.isArray()) {
      List<Expression> items = new ArrayList<>();
      for (int i = 0; i < json.size(); i++) {
        items.add(read(json.get(i), path + "[" + i + "]"));
      }
      return new Expression.Items(items, location);
    }
    return new Expression.Plain(plain(json, location), location);
  }

  private static Expression call(JsonNode json, String kind, String path) {
    List<Expression.Argument> arguments = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      String name = field.getKey();
      if (!name.equals(kind)) {
        arguments.add(new Expression.Argument(name, read(field.getValue(), path + "." + name)));
      }
    }
    return new Expression.Call(json.get(kind).asText(), arguments, SourceLocation.at(path));
  }

  private static @Nullable Object plain(JsonNode json, SourceLocation location) {
    if (json.isNull()) {
      return null;
    }
    if (json.isBoolean()) {
      return json.asBoolean();
    }
    if (json.isIntegralNumber()) {
      return json.bigIntegerValue();
    }
    if (json.isNumber()) {
      return json.asDouble();
    }
    if (json.isTextual()) {
      return json.asText();
    }
    throw location.error("expected an expression, found " + json);
  }
}
