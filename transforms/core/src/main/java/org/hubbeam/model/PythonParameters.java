// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hubbeam.batch.PythonText;

/**
 * Names as parameters of a Python function. Python's TensorFlow replaces what is neither a letter
 * nor a digit by {@code _} when a signature is loaded and when it is called, and feeds the
 * arguments in the order of the new names.
 */
final class PythonParameters {

  /** What {@code keyword.kwlist} has; no parameter can be called so. */
  private static final Set<String> KEYWORDS =
      Set.of(
          ("False None True and as assert async await break class continue def del elif else except"
                  + " finally for from global if import in is lambda nonlocal not or pass raise"
                  + " return try while with yield")
              .split(" ", -1));

  private PythonParameters() {}

  /**
   * The parameter of each name, in the order in which Python feeds them. A name that is a parameter
   * already keeps it; of others that would become the same parameter, all but the first get a
   * number.
   */
  static Map<String, String> of(Collection<String> names) {
    Map<String, String> nameOf = new TreeMap<>(PythonText.ORDER);
    names.stream().filter(n -> parameter(n).equals(n)).forEach(n -> nameOf.put(n, n));
    names.stream()
        .filter(n -> !nameOf.containsValue(n))
        .distinct()
        .sorted(PythonText.ORDER)
        .toList()
        .forEach(
            name -> {
              String free = parameter(name);
              for (int i = 1; nameOf.containsKey(free); i++) {
                free = parameter(name) + "_" + i;
              }
              nameOf.put(free, name);
            });
    Map<String, String> parameters = new LinkedHashMap<>();
    nameOf.forEach((parameter, name) -> parameters.put(name, parameter));
    return parameters;
  }

  private static String parameter(String name) {
    StringBuilder plain = new StringBuilder();
    name.codePoints().forEach(c -> plain.appendCodePoint(PythonText.isLetterOrNumber(c) ? c : '_'));
    String text = plain.toString();
    boolean identifier = !text.isEmpty() && PythonText.isLetter(text.codePointAt(0));
    return identifier && !KEYWORDS.contains(text) ? text : "arg_" + text;
  }
}
