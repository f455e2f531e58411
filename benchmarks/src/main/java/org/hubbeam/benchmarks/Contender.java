// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that does some work.
 *
 * @param name as shown in tables
 * @param work how much it does
 * @param command empty if it cannot run
 * @param environment variables in addition to those of this process
 * @param mostRounds in how many rounds it takes part, at most
 * @param absent why it cannot be run; empty where it can
 */
record Contender(
    String name,
    Work work,
    List<String> command,
    Map<String, String> environment,
    int mostRounds,
    String absent) {

  Contender {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * An amount of work.
   *
   * @param size the number that the suite varies: rows, features or tokens
   * @param rows rows that are read
   */
  record Work(long size, long rows) {

    static Work rows(long rows) {
      return new Work(rows, rows);
    }
  }

  static Contender of(String name, Work work, List<String> command) {
    return new Contender(name, work, command, Map.of(), Integer.MAX_VALUE, "");
  }

  /** A contender that cannot run, and the reason. */
  static Contender absent(String name, Work work, String why) {
    return new Contender(name, work, List.of(), Map.of(), 1, why);
  }

  /** Runs in the first round only: for slow contenders, or where precision does not matter. */
  Contender once() {
    return new Contender(name, work, command, environment, 1, absent);
  }

  /** With one more environment variable. */
  Contender with(String variable, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(variable, value);
    return new Contender(name, work, command, more, mostRounds, absent);
  }
}
