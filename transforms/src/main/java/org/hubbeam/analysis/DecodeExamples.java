package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.tfrecord.BatchCoder;

/**
 * Serialised {@code tf.Example}s as batches of a schema, for analyses and transforms. Examples that
 * do not fit come out as failures, numbered within their batch. Rows come in any order; the input
 * is in the global window.
 */
public final class DecodeExamples extends PTransform<PCollection<byte[]>, DecodeExamples.Result> {
  private static final long serialVersionUID = 1;

  private static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  private static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final BatchSchema schema;

  private DecodeExamples(BatchSchema schema) {
    this.schema = schema;
  }

  /** By this schema. */
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
    var windows = examples.getWindowingStrategy().getWindowFn();
    if (!(windows instanceof GlobalWindows)) {
      throw new IllegalArgumentException(
          "examples of different windows would share a batch: they must be in the global window,"
              + " and these are in "
              + windows);
    }
    PCollectionTuple both =
        examples.apply(
            "Decode",
            ParDo.of(new DecodeFn(schema)).withOutputTags(BATCHES, TupleTagList.of(FAILURES)));
    both.get(BATCHES).setCoder(BatchCoder.of());
    return new Result(both.get(BATCHES), both.get(FAILURES));
  }

  /** The batches, and the examples that do not fit. */
  public static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }

    /** The examples that fit, as batches. */
    public PCollection<Batch> batches() {
      return output();
    }
  }

  private static final class DecodeFn extends DoFn<byte[], Batch> {
    private static final long serialVersionUID = 1;

    private static final int ROWS = 1024;
    private static final long BYTES = 4L << 20;

    private final BatchSchema schema;
    private transient List<byte[]> waiting;
    private transient long bytes;

    DecodeFn(BatchSchema schema) {
      this.schema = schema;
    }

    @StartBundle
    public void start() {
      waiting = new ArrayList<>();
      bytes = 0;
    }

    @ProcessElement
    public void process(@Element byte[] example, MultiOutputReceiver out) {
      waiting.add(example);
      bytes += example.length;
      if (waiting.size() == ROWS || bytes >= BYTES) {
        flush(out.get(BATCHES)::output, out.get(FAILURES)::output);
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      flush(
          batch ->
              context.output(
                  BATCHES, batch, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE),
          failure ->
              context.output(
                  FAILURES, failure, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE));
    }

    private void flush(Consumer<Batch> batches, Consumer<Failure> failures) {
      if (!waiting.isEmpty()) {
        Batch batch = ExampleCodec.decode(waiting, schema, failures);
        if (batch.rows() > 0) {
          batches.accept(batch);
        }
        start();
      }
    }
  }
}
