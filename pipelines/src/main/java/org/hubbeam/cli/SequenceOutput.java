// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Shape;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.PostProcessVectors;
import org.hubbeam.vectors.Pooling;
import org.hubbeam.vectors.PostProcessing;
import org.jspecify.annotations.Nullable;

/**
 * Whether an output of modules may have a sequence of vectors for a row.
 *
 * @param spec the output as the function declares it
 * @param sequences whether it has
 */
record SequenceOutput(ArraySpec spec, Sequences sequences) {

  /** What an output has for a row. */
  enum Sequences {
    /** A vector, or an array of a fixed shape. */
    NONE,
    /** A vector, or where the module takes one row a sequence. */
    OF_ONE_ROW,
    /** A sequence that is as long as others. */
    FIXED,
    /** A sequence of unknown length. */
    OPEN
  }

  /**
   * Looks at an output of the last module.
   *
   * @param media what is decoded; null for nothing
   */
  static SequenceOutput of(ModuleCalls calls, String output, @Nullable Media media) {
    FunctionSignature signature = FunctionSignature.find(calls.last());
    ArraySpec spec =
        signature.outputs().stream().filter(o -> o.name().equals(output)).findFirst().orElseThrow();
    Shape shape = spec.shape();
    if (!shape.hasRank() || shape.rank() < 2 || shape.dim(shape.rank() - 1) < 0) {
      return new SequenceOutput(spec, Sequences.NONE);
    }
    boolean one = calls.links().size() == 1 && takesOneRow(signature.inputs());
    if (shape.rank() == 2) {
      Sequences frames = media == Media.audio ? Sequences.OPEN : Sequences.OF_ONE_ROW;
      return new SequenceOutput(spec, one ? frames : Sequences.NONE);
    }
    boolean open = shape.rank() == 3 && shape.dim(1) < 0;
    return new SequenceOutput(spec, open ? Sequences.OPEN : Sequences.FIXED);
  }

  /** Whether all inputs may be one list of numbers, such as a sound. */
  private static boolean takesOneRow(List<ArraySpec> inputs) {
    return inputs.stream()
        .allMatch(i -> i.dtype().isFloating() && i.shape().hasRank() && i.shape().rank() == 1);
  }

  /**
   * How sequences become vectors.
   *
   * @param asked null for what fits
   * @throws UsageException when there are no sequences
   */
  Pooling.Kind pooling(Pooling.@Nullable Kind asked) {
    if (asked == null) {
      return sequences == Sequences.OPEN ? Pooling.Kind.MEAN : Pooling.Kind.NONE;
    }
    if (asked != Pooling.Kind.NONE && sequences == Sequences.NONE) {
      throw new UsageException("--pool=" + asked + " is for sequences of vectors, not for " + spec);
    }
    return asked;
  }

  /** Pools a column. */
  static Step step(Pooling.Kind pooling, String column, int number, @Nullable String id) {
    PostProcessing asked = PostProcessing.NONE.withPooling(Pooling.of(pooling));
    PostProcessVectors step = PostProcessVectors.of(asked, column);
    return Step.of(
        "Pool " + (number + 1), asked.describe(), id == null ? step : step.withIdColumn(id));
  }
}
