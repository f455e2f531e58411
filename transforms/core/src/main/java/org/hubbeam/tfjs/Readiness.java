// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether TensorFlow.js can run a function.
 *
 * @param script operations that {@code hubbeam-ops.js} brings, with how often each occurs
 * @param missing operations that nobody brings, with how often, where and why
 */
public record Readiness(List<String> script, List<String> missing) {
  public Readiness {
    script = List.copyOf(script);
    missing = List.copyOf(missing);
  }

  static Readiness of(List<OpSupport.Finding> findings) {
    return new Readiness(
        told(findings, OpSupport.Where.SCRIPT), told(findings, OpSupport.Where.NONE));
  }

  private static List<String> told(List<OpSupport.Finding> findings, OpSupport.Where where) {
    return findings.stream()
        .filter(f -> f.support().where() == where)
        .map(OpSupport.Finding::told)
        .toList();
  }

  /** Whether it can, with or without the script. */
  public boolean isReady() {
    return missing.isEmpty();
  }

  /** In one line. */
  @Override
  public String toString() {
    String brought =
        script.isEmpty() ? "" : " with hubbeam-ops.js: " + script.stream().collect(joined());
    return isReady()
        ? "ready" + brought
        : "not ready, lacks "
            + missing.stream().collect(joined())
            + (script.isEmpty() ? "" : ";" + brought);
  }

  private static java.util.stream.Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(", ");
  }
}
