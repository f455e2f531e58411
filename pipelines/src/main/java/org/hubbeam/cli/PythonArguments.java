// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses Python arguments on the command line: {@code training=false,momentum=0.9}. */
final class PythonArguments {

  private static final Pattern WHOLE = Pattern.compile("[-+]?\\d+");
  private static final Pattern REAL =
      Pattern.compile("[-+]?(\\d+\\.\\d*|\\.\\d+|\\d+)([eE][-+]?\\d+)?");

  private PythonArguments() {}

  /**
   * The arguments by name, in their order: {@code true} and {@code True} are Booleans, {@code None}
   * is null, {@code 3} a Long, {@code 0.5} a Double. Everything else is a String, which needs
   * quotes only if it looks like one of these.
   *
   * @throws UsageException if the syntax is wrong, or a name is given twice
   */
  static Map<String, @Nullable Object> parse(@Nullable String text) {
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    if (text == null || text.isBlank()) {
      return arguments;
    }
    for (String part : text.split(",(?=\\s*[A-Za-z_]\\w*\\s*=)", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw new UsageException(
            "--arguments: '" + part + "' must be name=value; separate several with commas");
      }
      String name = part.substring(0, equals).strip();
      if (arguments.containsKey(name)) {
        throw new UsageException("--arguments: '" + name + "' is given twice");
      }
      arguments.put(name, value(part.substring(equals + 1).strip()));
    }
    return arguments;
  }

  private static @Nullable Object value(String text) {
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return Boolean.valueOf(text);
    }
    if (text.equalsIgnoreCase("none") || text.equalsIgnoreCase("null")) {
      return null;
    }
    if (WHOLE.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    if (REAL.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    boolean quoted =
        text.length() > 1
            && (text.startsWith("'") || text.startsWith("\""))
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }
}
