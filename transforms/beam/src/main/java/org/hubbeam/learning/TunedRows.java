// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Failure;
import org.hubbeam.training.FineTuner;
import org.hubbeam.training.InputCollector;
import org.hubbeam.training.InputData;
import org.hubbeam.training.TrainedModule;
import org.hubbeam.training.TunedModule;
import org.hubbeam.training.TunedVectors;

/** Rows on which the only module of a training is trained with the head. */
record TunedRows(Training training, Training.Tuning tuning) {

  private FeatureSource.OfModules modules() {
    return (FeatureSource.OfModules) training.features().get(0);
  }

  /** Trains the last module. */
  TunedModule train(Path work, Consumer<Failure> failures) throws IOException {
    List<FeatureSource.Call> calls = modules().calls();
    FeatureSource.Call last = calls.get(calls.size() - 1);
    TrainedModule.Base base = last.base();
    FineTuner tuner =
        FineTuner.of(base.folder(), base.options(), base.function())
            .withOutput(last.outputs().get(0))
            .withPooling(modules().pooling())
            .withTuning(tuning.options());
    try (InputCollector rows =
        InputCollector.of(training.task(), tuning.schema(), training.options(), work, failures)) {
      new CachedRows(training.rows())
          .read(
              (in, file) -> rows.addExample(in.buffer(), in.start(), in.end(), file, in.offset()));
      try (InputData data = rows.finish()) {
        TrainingProgress.Rows counts = new TrainingProgress.Rows(data.train(), data.heldOut());
        TunedModule tuned =
            tuner.train(
                data,
                training.head(),
                training.options(),
                new CheckpointFile(training.places().checkpoint()),
                new ProgressWriter(
                    progress -> progress.write(training.places().progress()), counts));
        new TrainingSummary(
                training.task(),
                data.rows().labels(),
                counts,
                tuned.head().history(),
                measures(tuner, tuned))
            .write(training.places().summary());
        return tuned;
      }
    }
  }

  private TrainingSummary.Measures measures(FineTuner tuner, TunedModule tuned) throws IOException {
    try (TunedVectors vectors = tuner.vectors(tuned, training.options())) {
      HeadMeasure.Vectors given = new OfInputs(vectors, tuning.schema());
      return new HeadMeasure(new CachedRows(training.rows()), training.options().split(), given)
          .of(tuned.head().head());
    }
  }

  /** Vectors of rows with what the module takes. */
  private record OfInputs(TunedVectors vectors, BatchSchema schema) implements HeadMeasure.Vectors {

    @Override
    public ExampleDecoder decoder(String file) {
      return ExampleDecoder.of(file, schema, failure -> {});
    }

    @Override
    public Array of(Batch rows) {
      Map<String, Array> inputs = new LinkedHashMap<>();
      List<ArraySpec> specs =
          schema.columns().stream().filter(c -> c.name().startsWith(InputCollector.INPUT)).toList();
      new BatchSchema(specs)
          .fit(rows, failure -> {})
          .columns()
          .forEach(
              (name, column) -> inputs.put(name.substring(InputCollector.INPUT.length()), column));
      return vectors.of(new Batch(rows.rows(), inputs, rows.origin()));
    }
  }

  /** What gives the features, with the values that training gave the module. */
  List<TrainedModule.Feature> features(TunedModule tuned) {
    return modules().here(tuned.values());
  }
}
