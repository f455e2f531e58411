// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;

/**
 * Trains encoders of texts: each element is one, trained by one worker, which keeps all its texts
 * in memory. A worker that takes over from one that died goes on from its checkpoint.
 */
public final class TrainTextEncoder
    extends PTransform<PCollection<EncoderTraining>, TrainTextEncoder.Result> {
  private static final long serialVersionUID = 1;

  private TrainTextEncoder() {}

  /** The transform. */
  public static TrainTextEncoder create() {
    return new TrainTextEncoder();
  }

  @Override
  public Result expand(PCollection<EncoderTraining> trainings) {
    PCollectionTuple both =
        trainings.apply(
            ParDo.of(new TrainTextEncoderFn())
                .withOutputTags(
                    TrainTextEncoderFn.MODULES, TupleTagList.of(TrainTextEncoderFn.FAILURES)));
    return new Result(
        both.get(TrainTextEncoderFn.MODULES).setCoder(StringUtf8Coder.of()),
        both.get(TrainTextEncoderFn.FAILURES));
  }

  /** The folders of modules, each when it is written, and texts that were not trained on. */
  public static final class Result extends ResultWithFailures<String> {
    private Result(PCollection<String> modules, PCollection<Failure> failures) {
      super(modules, failures);
    }

    /** The folders of the modules, each when it is written. */
    public PCollection<String> modules() {
      return output();
    }
  }
}
