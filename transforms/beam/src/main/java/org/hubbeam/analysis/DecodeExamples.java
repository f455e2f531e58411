// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;

/**
 * Decodes serialised {@code tf.Example}s into batches of a schema. Examples that do not fit the
 * schema are output as failures, numbered within their batch. The order of rows is not defined. The
 * input must be in the global window.
 */
public final class DecodeExamples extends PTransform<PCollection<byte[]>, DecodeExamples.Result> {
  private static final long serialVersionUID = 1;

  private final BatchSchema schema;

  private DecodeExamples(BatchSchema schema) {
    this.schema = schema;
  }

  /** Decodes examples of this schema. */
  public static DecodeExamples by(BatchSchema schema) {
    return new DecodeExamples(schema);
  }

  /**
   * Decodes the examples.
   *
   * @throws IllegalArgumentException when they are not in the global window
   */
  @Override
  public Result expand(PCollection<byte[]> examples) {
    BatchSchema columns = schema;
    PCollectionTuple both = GatherFn.apply(examples, "examples", () -> new Examples(columns));
    return new Result(both.get(GatherFn.BATCHES), both.get(GatherFn.FAILURES));
  }

  /** The batches, and the failures. */
  public static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }

    /** The batches. */
    public PCollection<Batch> batches() {
      return output();
    }
  }

  private static final class Examples implements GatherFn.Waiting<byte[]> {
    private final BatchSchema schema;
    private final List<byte[]> examples = new ArrayList<>();
    private long bytes;

    Examples(BatchSchema schema) {
      this.schema = schema;
    }

    @Override
    public boolean add(byte[] example, Consumer<Failure> failures) {
      examples.add(example);
      bytes += example.length;
      return examples.size() == GatherFn.ROWS || bytes >= GatherFn.BYTES;
    }

    @Override
    public void flush(Consumer<Batch> batches, Consumer<Failure> failures) {
      if (!examples.isEmpty()) {
        Batch batch = ExampleCodec.decode(List.copyOf(examples), schema, failures);
        examples.clear();
        bytes = 0;
        if (batch.rows() > 0) {
          batches.accept(batch);
        }
      }
    }
  }
}
