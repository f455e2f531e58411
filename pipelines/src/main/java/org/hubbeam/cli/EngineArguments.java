// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Options for Beam as {@code --name=value}, to which an {@link Engine} adds its defaults. */
final class EngineArguments {

  private final List<String> arguments;

  EngineArguments(List<String> given) {
    this.arguments = new ArrayList<>(given);
  }

  /** All of them. */
  List<String> all() {
    return List.copyOf(arguments);
  }

  /** Whether an option is among them. */
  boolean has(String name) {
    return value(name).isPresent();
  }

  /** The value of an option; of several, the last, as Beam takes it. */
  Optional<String> value(String name) {
    String start = "--" + name + "=";
    return arguments.stream()
        .filter(a -> a.startsWith(start))
        .reduce((first, second) -> second)
        .map(a -> a.substring(start.length()));
  }

  /** The value of an option that is a number from 0 to 999,999; if it is not, the other one. */
  int number(String name, int otherwise) {
    return value(name).filter(v -> v.matches("\\d{1,6}")).map(Integer::parseInt).orElse(otherwise);
  }

  /** Adds an option unless it is there. */
  void add(String name, String value) {
    if (!has(name)) {
      arguments.add("--" + name + "=" + value);
    }
  }

  /** Adds a value to an option that takes several. */
  void append(String name, String value) {
    arguments.add("--" + name + "=" + value);
  }

  /** Sets an option, whatever it was. */
  void set(String name, String value) {
    arguments.removeIf(a -> a.startsWith("--" + name + "="));
    arguments.add("--" + name + "=" + value);
  }
}
