// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.learning.FeatureSource;
import org.hubbeam.training.AdaNet;
import org.hubbeam.training.HeadTrainer;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingException;
import org.hubbeam.training.TrainingOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Searches for an ensemble of heads on the vectors of modules, and writes it as one module. */
@Command(
    name = "adanet",
    description = {
      "Search for an ensemble of heads on the vectors of modules, and write it as one module.",
      "",
      "Reads what train reads, and computes the vectors of all rows once. In each round heads are"
          + " trained, and added to the ensemble if that lowers F = loss + complexity, as"
          + " tensorflow/adanet does. Writes a SavedModel with the modules that the ensemble takes,"
          + " report.json, report.html, failures.jsonl and, last, manifest.json.",
      "A run that was killed and is started again goes on where it was.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam adanet --modules=modules/nnlm,modules/swivel --input=mails.csv"
          + " --column=text --label=folder --iterations=3 --output=out/ensemble"
    })
final class AdaNetCommand extends TrainingCommand {

  @Mixin private HeadFormOptions head;
  @Mixin private EnsembleOptions ensemble;

  @Override
  void check(Task task, TrainingOptions options) {
    ensemble.generator(head, optimization().form());
    if (ensemble.options().selection().isHeldOut() && options.split().heldOut() == 0) {
      throw new UsageException("--chooseBy looks at rows that are held out, but --heldOut=0");
    }
    try {
      HeadTrainer.check(task, head.form(optimization().form()), options);
    } catch (TrainingException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  Job training(Learnt learnt) throws IOException {
    return new EnsembleJob(
        learnt,
        new AdaNet(
            ensemble.options(),
            ensemble.generator(head, optimization().form()),
            features(learnt.sources())));
  }

  /** The features of rows, with names that tell them apart. */
  private static List<AdaNet.Feature> features(List<FeatureSource> sources) throws IOException {
    List<AdaNet.Feature> features = new ArrayList<>();
    for (FeatureSource source : sources) {
      String name = name(source);
      String free = name;
      for (int i = 2; isTaken(free, features); i++) {
        free = name + "_" + i;
      }
      features.add(new AdaNet.Feature(free, width(source)));
    }
    return features;
  }

  private static boolean isTaken(String name, List<AdaNet.Feature> features) {
    return features.stream().anyMatch(f -> f.name().equals(name));
  }

  private static String name(FeatureSource source) {
    if (source instanceof FeatureSource.OfModules modules) {
      return last(modules).spec().loading().shown().replaceFirst(".*/(?=[^/]+/?$)", "");
    }
    return source instanceof FeatureSource.NumericColumn number ? number.column() : "transform";
  }

  private static FeatureSource.Call last(FeatureSource.OfModules modules) {
    return modules.calls().get(modules.calls().size() - 1);
  }

  private static int width(FeatureSource source) throws IOException {
    if (source instanceof FeatureSource.NumericColumn) {
      return 1;
    }
    if (source instanceof FeatureSource.OfModules modules) {
      FeatureSource.Call last = last(modules);
      return width(FunctionSignature.find(last.spec()).outputs(), last.outputs().get(0));
    }
    throw new UsageException("--transform is not for adanet: --numbers takes columns as they are");
  }

  private static int width(List<ArraySpec> outputs, String name) {
    ArraySpec output =
        outputs.stream().filter(o -> o.name().equals(name)).findFirst().orElseThrow();
    if (!output.shape().hasRank() || !output.shape().row().isFull()) {
      throw new UsageException(
          "the size of a row of "
              + output
              + " is not known before the run; adanet takes vectors of a fixed size");
    }
    return Math.toIntExact(output.shape().row().dims().stream().reduce(1L, (a, b) -> a * b));
  }
}
