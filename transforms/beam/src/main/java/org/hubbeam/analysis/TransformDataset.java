// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.CallResult;
import org.hubbeam.inference.Limits;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.inference.RunModule;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.preprocessing.TracedModule;

/**
 * Applies a fitted preprocessing function to batches of raw columns.
 *
 * <p>The output batches have the features as columns; lists are ragged columns. Rows keep their
 * order within a batch, and batches keep their window and timestamp. The batches may be unbounded.
 * A row that the function rejects is output as a failure; the other rows of its batch are
 * transformed. If a column of a batch does not fit the schema, each of its rows is output as a
 * failure.
 */
public final class TransformDataset
    extends PTransform<PCollection<Batch>, TransformDataset.Result> {
  private static final long serialVersionUID = 1;

  /** The name of the function in failures and metrics. */
  public static final String NAME = TracedModule.FUNCTION;

  private final Settings settings;

  /** When the batches arrive. */
  public enum Arrival {
    /** At any time; workers hold them back until the function has been written. */
    ANY_TIME,
    /** After the function has been written, as with {@code BatchSource.after}. */
    AFTER_THE_FUNCTION
  }

  private record Settings(
      TransformFunction function,
      List<String> features,
      List<String> passthrough,
      Limits limits,
      Arrival arrival)
      implements Serializable {
    Settings {
      features = List.copyOf(features);
      features.forEach(function.outputs()::column);
      passthrough = List.copyOf(passthrough);
      for (String column : passthrough) {
        function.inputs().column(column);
        for (ArraySpec output : function.outputs().columns()) {
          if (output.name().equals(column)) {
            throw new IllegalArgumentException(
                "the column '" + column + "' cannot pass: the function gives one of this name");
          }
        }
      }
    }
  }

  private TransformDataset(Settings settings) {
    this.settings = settings;
  }

  /** The transform of a fitted function. */
  public static TransformDataset of(TransformFunction function) {
    return new TransformDataset(
        new Settings(function, List.of(), List.of(), Limits.DEFAULT, Arrival.ANY_TIME));
  }

  /**
   * Adds raw columns to the output, unchanged.
   *
   * @throws IllegalArgumentException when a column does not exist, or a feature has the same name
   */
  public TransformDataset withPassthrough(List<String> columns) {
    return new TransformDataset(
        new Settings(
            settings.function, settings.features, columns, settings.limits, settings.arrival));
  }

  /**
   * Computes these features only. The batches still have all columns; what no feature needs may
   * have any values.
   *
   * @throws IllegalArgumentException when there is no such feature
   */
  public TransformDataset withFeatures(List<String> features) {
    return new TransformDataset(
        new Settings(
            settings.function, features, settings.passthrough, settings.limits, settings.arrival));
  }

  /** Sets the sizes of calls and the number of failures that stops the job. */
  public TransformDataset withLimits(Limits value) {
    return new TransformDataset(
        new Settings(
            settings.function, settings.features, settings.passthrough, value, settings.arrival));
  }

  /**
   * Sets when the batches arrive. Batches that arrive after the function has been written are read,
   * transformed and written in one fused step; otherwise the engine stores them until then.
   */
  public TransformDataset withArrival(Arrival value) {
    return new TransformDataset(
        new Settings(
            settings.function, settings.features, settings.passthrough, settings.limits, value));
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    PCollectionTuple fitting =
        batches.apply(
            "Check columns",
            ParDo.of(new SchemaFn(settings.function.inputs()))
                .withOutputTags(SchemaFn.BATCHES, TupleTagList.of(SchemaFn.FAILURES)));
    CallResult run = transformed(fitting.get(SchemaFn.BATCHES).setCoder(batches.getCoder()));
    return new Result(
        run.batches(),
        PCollectionList.of(fitting.get(SchemaFn.FAILURES))
            .and(run.failures())
            .apply("Failures", Flatten.pCollections()));
  }

  /** The features of batches that are known to fit the schema. */
  CallResult transformed(PCollection<Batch> batches) {
    ModuleSpec spec =
        ModuleSpec.of(NAME)
            .withFunction(FunctionChoice.of(TracedModule.FUNCTION))
            .withSparse(ModuleSpec.Sparse.LISTS)
            .withLimits(settings.limits);
    for (String feature : settings.features) {
      spec = spec.withOutput(feature);
    }
    RunModule call = RunModule.of(spec).withPassthrough(settings.passthrough);
    return batches.apply(
        "Transform",
        switch (settings.arrival) {
          case ANY_TIME -> call.withHandle(settings.function.location());
          case AFTER_THE_FUNCTION -> call.withHandleIn(settings.function.file());
        });
  }

  /** The features, and the rows that failed. */
  public static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }

    /** The features. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
