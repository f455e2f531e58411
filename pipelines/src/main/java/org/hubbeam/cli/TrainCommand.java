// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Objects;
import org.hubbeam.training.HeadOptions;
import org.hubbeam.training.HeadTrainer;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingException;
import org.hubbeam.training.TrainingOptions;
import org.hubbeam.training.TuningOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains a head on the vectors of a module, and writes both as one module. */
@Command(
    name = "train",
    description = {
      "Train a head on the vectors of a module, and write both as one module.",
      "",
      "Reads a table with labels, or images, video and audio in folders named like their labels;"
          + " computes the vectors of all rows once; trains the head on them; and writes a"
          + " SavedModel to DIR, which gives scores for what the module takes, with report.json,"
          + " report.html, failures.jsonl and, last, manifest.json.",
      "A run that was killed and is started again goes on where it was.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam train --module=google/nnlm/tensorFlow2/en-dim128/1 --input=mails.csv"
          + " --column=text --label=folder --output=out/classifier"
    })
final class TrainCommand extends TrainingCommand {

  @Mixin private HeadFormOptions head;
  @Mixin private FineTuningOptions tuning;

  private HeadOptions form() {
    return head.form(optimization().form());
  }

  @Override
  void check(Task task, TrainingOptions options) {
    tuning(options);
    try {
      HeadTrainer.check(task, form(), options);
    } catch (TrainingException e) {
      throw new UsageException(Objects.requireNonNull(e.getMessage()));
    }
  }

  @Override
  @Nullable TuningOptions tuning(TrainingOptions options) {
    return tuning.tuning(options.optimizer());
  }

  @Override
  Job training(Learnt learnt) {
    return new TrainJob(
        learnt.features(),
        new TrainJob.What(
            learnt.task(), form(), learnt.options(), learnt.sources(), tuning(learnt.options())),
        learnt.shown(),
        learnt.given(),
        learnt.output());
  }
}
