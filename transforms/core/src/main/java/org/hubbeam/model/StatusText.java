// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is wrong, out of TensorFlow's messages: without the functions and graph around it. */
final class StatusText {

  private static final String STACK = "\n\t [[";
  private static final Pattern SEVERAL =
      Pattern.compile(
          "\\d+ root error\\(s\\) found\\.\\s*\\(0\\) (?:[A-Z_]+: )?(.*)", Pattern.DOTALL);
  private static final Pattern FUNCTION = Pattern.compile("\\{\\{function_node [^}]*}}\\s*");
  private static final Pattern BREAK = Pattern.compile("\\s*[\\r\\n\\t]\\s*");
  private static final Pattern NODE = Pattern.compile("\\{\\{node ([^}]*)}}");

  private StatusText() {}

  /**
   * The reason and the op that gave it, on one line: of several errors the first.
   *
   * @param message TensorFlow's
   */
  static String summarize(String message) {
    Matcher several = SEVERAL.matcher(message);
    String first = several.find() ? several.group(1) : message;
    int end = first.indexOf(STACK);
    String reason = end < 0 ? first : first.substring(0, end);
    String readable =
        BREAK
            .matcher(NODE.matcher(FUNCTION.matcher(reason).replaceAll("")).replaceAll("$1").strip())
            .replaceAll(" ");
    String op = op(message);
    return op == null ? readable : readable + " (op " + op + ")";
  }

  /** The op that gave the error; null where the message does not say. */
  static @Nullable String op(String message) {
    Matcher several = SEVERAL.matcher(message);
    String first = several.find() ? several.group(1) : message;
    int end = first.indexOf(STACK);
    Matcher op = NODE.matcher(end < 0 ? "" : first.substring(end));
    return op.find() ? op.group(1) : null;
  }
}
