package org.hubbeam.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that does some work.
 *
 * @param name what it is called in tables
 * @param work how much it does
 * @param command what is run; empty where it cannot be
 * @param environment variables more than those that this process has
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
   * How much work.
   *
   * @param size what the work is told apart by: rows, features, tokens, whatever a suite varies
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

  /** One that cannot be run, and why. */
  static Contender absent(String name, Work work, String why) {
    return new Contender(name, work, List.of(), Map.of(), 1, why);
  }

  /** In the first round only: what takes long, or is not compared to a few percent. */
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
