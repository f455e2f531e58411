// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import org.hubbeam.model.NativeRuntime;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;

/** Patterns of RE2. TensorFlow reads them when it runs, so each is tried when it is traced. */
final class RegexOps {
  private static final int LONGEST = 10_000;

  private RegexOps() {}

  static void register(Operations operations) {
    operations.add(
        "regex_replace",
        "x, pattern, rewrite",
        "Replaces all matches of the RE2 pattern in each string by `rewrite`, in which `\\1` is the"
            + " first group.",
        a -> {
          String rewrite = a.text("rewrite");
          String pattern = pattern(a, rewrite);
          return Elementwise.map(a, a.value("x"), v -> replaced(a.tf(), v, pattern, rewrite));
        });
    operations.add(
        "regex_full_match",
        "x, pattern",
        "Tests whether each string as a whole matches the RE2 pattern.",
        a -> {
          String pattern = pattern(a, "");
          return Elementwise.map(
              a,
              a.value("x"),
              v ->
                  RawOp.of(a.tf(), "StaticRegexFullMatch")
                      .input(v)
                      .attr("pattern", pattern)
                      .output(0));
        });
  }

  private static Operand<?> replaced(Ops tf, Operand<?> x, String pattern, String rewrite) {
    return RawOp.of(tf, "StaticRegexReplace")
        .input(x)
        .attr("pattern", pattern)
        .attr("rewrite", rewrite)
        .output(0);
  }

  private static String pattern(Arguments a, String rewrite) {
    String pattern = a.text("pattern");
    if (pattern.length() > LONGEST) {
      throw a.error("pattern", "must have at most " + LONGEST + " characters");
    }
    try (Graph graph = NativeRuntime.newGraph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<?> tried = replaced(tf, tf.constant(""), pattern, rewrite);
      session.runner().fetch(tried.asOutput()).run().close();
    } catch (TensorFlowException e) {
      String reason = String.valueOf(e.getMessage()).replaceAll("(?s)\\s*\\[\\[.*|\\n.*", "");
      throw a.error("pattern", "is not a pattern of RE2: " + reason);
    }
    return pattern;
  }
}
