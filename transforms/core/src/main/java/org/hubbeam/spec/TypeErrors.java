// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.batch.DType;

/** What TensorFlow says of the types of operands, in the words of expressions. */
final class TypeErrors {

  private static final Pattern NOT_ALLOWED =
      Pattern.compile(
          "Value for attr '\\w+' of (\\w+) is not in the list of allowed values: ([^;]*)");
  private static final Pattern EXPECTED =
      Pattern.compile("Input '\\w+' passed (\\w+) expected (?:ref type )?(\\w+)");
  private static final Map<String, String> NAMES =
      Map.of("float", "float32", "double", "float64", "half", "float16");

  private TypeErrors() {}

  /** A message; one that is not of types, without the nodes of the graph. */
  static String explain(String message) {
    Matcher expected = EXPECTED.matcher(message);
    if (expected.find()) {
      String wanted = named(expected.group(2));
      return refused(named(expected.group(1)), List.of(wanted));
    }
    Matcher allowed = NOT_ALLOWED.matcher(message);
    if (allowed.find()) {
      List<String> types =
          Arrays.stream(allowed.group(2).strip().split(",\\s*")).map(TypeErrors::named).toList();
      return refused(named(allowed.group(1)), types);
    }
    if (message.matches("(?s).*\\bnot (for|of) string")) {
      return message + "; write to_number(x)";
    }
    return message.replaceAll("(?s)\\s*(; NodeDef:| while building NodeDef|; node ).*", "");
  }

  private static String refused(String given, List<String> taken) {
    List<String> usual =
        List.of("float32", "float64", "int64", "int32", "string", "bool").stream()
            .filter(taken::contains)
            .toList();
    List<String> shown = usual.isEmpty() ? taken : usual;
    return "it takes " + String.join(", ", shown) + ", not " + given + hint(given, shown);
  }

  private static String hint(String given, List<String> taken) {
    if (given.equals(DType.STRING.toString())) {
      return taken.contains("float32") ? "; write to_number(x)" : "";
    }
    if (taken.contains(DType.STRING.toString())) {
      return "; write as_string(x)";
    }
    return taken.contains("bool") && taken.size() == 1
        ? "; write a comparison, such as x > 0"
        : "; write cast(x, " + taken.get(0) + ")";
  }

  private static String named(String type) {
    return NAMES.getOrDefault(type, type);
  }
}
