// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import org.hubbeam.training.Optimizer;
import org.hubbeam.training.TuningOptions;
import org.hubbeam.training.VariablePatterns;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a module is trained with its head. */
@Section(Section.Heading.TRAINING)
final class FineTuningOptions {

  private static final String ALL = "";

  @Option(
      names = "--trainable",
      arity = "0..1",
      fallbackValue = ALL,
      split = ",",
      paramLabel = "PATTERN",
      description =
          "train the module, too: all of its trainable variables, or those whose names, as inspect"
              + " shows them, match, such as 'encoder/*'")
  private @Nullable List<String> trainable;

  @Option(
      names = "--moduleRate",
      paramLabel = "N",
      description = "with --trainable: the rate of the module (default: 0.001; sgd, adagrad: 0.01)")
  private @Nullable Double moduleRate;

  @Option(
      names = "--freezeFirst",
      paramLabel = "EPOCHS",
      description = "with --trainable: train the head alone in the first epochs (default: 0)")
  private @Nullable Integer freezeFirst;

  /** Whether the module is trained. */
  boolean isAsked() {
    return trainable != null;
  }

  /** How the module is trained; null where it stays as it is. */
  @Nullable TuningOptions tuning(Optimizer optimizer) {
    if (trainable == null) {
      if (moduleRate != null || freezeFirst != null) {
        throw new UsageException(
            (moduleRate != null ? "--moduleRate" : "--freezeFirst")
                + " is for modules that are trained: give --trainable");
      }
      return null;
    }
    if (optimizer instanceof Optimizer.Lbfgs) {
      throw new UsageException(
          "--optimizer=lbfgs trains heads alone; with --trainable use adam, sgd or adagrad");
    }
    List<String> patterns = trainable.stream().filter(p -> !p.equals(ALL)).toList();
    try {
      TuningOptions tuning = TuningOptions.DEFAULT.withVariables(new VariablePatterns(patterns));
      if (moduleRate != null || !(optimizer instanceof Optimizer.Adam)) {
        tuning = tuning.withRate(moduleRate == null ? 0.01 : moduleRate);
      }
      return freezeFirst == null ? tuning : tuning.withHeadEpochs(freezeFirst);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--trainable, --moduleRate, --freezeFirst: " + e.getMessage());
    }
  }
}
