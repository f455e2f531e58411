// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.OptionalDouble;
import org.hubbeam.search.EvaluationSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that measure an index, and choose how it is searched. */
@Section(Section.Heading.EVALUATION)
final class EvaluationOptions {

  private static final int TUNING_QUERIES = 500;
  private static final int USUAL_QUERIES = 200;

  @Option(
      names = "--evaluate",
      paramLabel = "N",
      description =
          "compare searches for N rows with exact search: recall, time and queries a second for"
              + " several ef, and with filters; into index.json and a picture, recall.png")
  private @Nullable Integer queries;

  @Option(
      names = "--evaluateK",
      paramLabel = "K",
      defaultValue = "10",
      description = "how many nearest rows --evaluate and --recall compare (default: 10)")
  private int k;

  @Option(
      names = "--recall",
      paramLabel = "PART",
      description =
          "choose the ef of the index so that searches find this part of the nearest rows, such as"
              + " 0.99; builds anew with better --m and --efConstruction if no ef is enough")
  private @Nullable Double recall;

  /** Checks the values. */
  void check() {
    if (queries != null && queries < 1) {
      throw new UsageException("--evaluate=" + queries + " must be 1 or more");
    }
    if (k < 1) {
      throw new UsageException("--evaluateK=" + k + " must be 1 or more");
    }
    if (recall != null && !(recall > 0 && recall < 1)) {
      throw new UsageException("--recall=" + recall + " must be above 0 and below 1");
    }
  }

  /** Whether an index is to be measured. */
  boolean evaluates() {
    return queries != null;
  }

  /** How an index is measured. */
  EvaluationSettings evaluation() {
    return EvaluationSettings.DEFAULT.withQueries(queries == null ? 1 : queries).withK(k);
  }

  /** The part of the nearest rows that is wanted; empty to leave ef as it is. */
  OptionalDouble recall() {
    return recall == null ? OptionalDouble.empty() : OptionalDouble.of(recall);
  }

  /** How many of the nearest rows count. */
  int k() {
    return k;
  }

  /** How the ef is chosen. */
  EvaluationSettings tuning() {
    return EvaluationSettings.DEFAULT
        .withQueries(recall == null ? USUAL_QUERIES : TUNING_QUERIES)
        .withK(k);
  }
}
