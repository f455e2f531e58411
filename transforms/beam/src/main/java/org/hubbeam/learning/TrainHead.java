// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.training.TrainedHead;

/**
 * Trains heads: each element is one, trained by one worker from rows that {@link JoinFeatures} made
 * and {@link org.hubbeam.files.BatchSink} wrote. The head is written with the modules that give its
 * features as one module. A worker that takes over from one that died goes on from its checkpoint.
 *
 * <pre>{@code
 * pipeline.apply(Create.of(training)).apply(TrainHead.create());
 * }</pre>
 */
public final class TrainHead extends PTransform<PCollection<Training>, TrainHead.Result> {
  private static final long serialVersionUID = 1;

  private TrainHead() {}

  /** The transform. */
  public static TrainHead create() {
    return new TrainHead();
  }

  @Override
  public Result expand(PCollection<Training> trainings) {
    PCollectionTuple both =
        trainings.apply(
            ParDo.of(new TrainFn())
                .withOutputTags(TrainFn.HEADS, TupleTagList.of(TrainFn.FAILURES)));
    return new Result(
        both.get(TrainFn.HEADS).setCoder(SerializableCoder.of(TrainedHead.class)),
        both.get(TrainFn.FAILURES));
  }

  /** The heads, and rows that were not trained on. */
  public static final class Result extends ResultWithFailures<TrainedHead> {
    private Result(PCollection<TrainedHead> heads, PCollection<Failure> failures) {
      super(heads, failures);
    }

    /** The heads, each when its module is written. */
    public PCollection<TrainedHead> heads() {
      return output();
    }
  }
}
