// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.loops;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.neighbours.NearestNeighbours;

/**
 * Joins the vectors in a folder with an index of them: {@code JoinLoop FOLDER INDEX --OPTION...},
 * with Beam's options. Prints rows a second of this process's processor time, from a fifth of the
 * rows to all of them.
 */
public final class JoinLoop {

  private static final int K = 10;
  private static final int SIZE = 250;
  private static final AtomicLong ROWS = new AtomicLong();
  private static volatile double started;

  private JoinLoop() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    String file = Path.of(args[0], "vectors.npy").toString();
    int rows = Vectors.floats(Path.of(file)).length;
    String[] options = Arrays.copyOfRange(args, 2, args.length);
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(options).withValidation().create());
    List<Integer> parts = IntStream.range(0, (rows + SIZE - 1) / SIZE).boxed().toList();
    pipeline
        .apply("Parts", Create.of(parts))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("Read", ParDo.of(new ReadFn(file)))
        .apply(
            "Join", NearestNeighbours.of(args[1], K, "embedding").withIdColumn("id").withoutSelf())
        .batches()
        .apply("Count", ParDo.of(new CountFn(rows)));
    pipeline.run().waitUntilFinish();
  }

  /** Reads some rows of the file. */
  static final class ReadFn extends DoFn<Integer, Batch> {
    private static final long serialVersionUID = 1;

    private final String file;
    private transient float[][] vectors;

    ReadFn(String file) {
      this.file = file;
    }

    /** Maps the file. */
    @Setup
    public void setup() throws IOException {
      vectors = Vectors.floats(Path.of(file));
    }

    /** Gives the rows of one part. */
    @ProcessElement
    public void process(@Element Integer part, OutputReceiver<Batch> out) {
      int from = part * SIZE;
      int count = Math.min(SIZE, vectors.length - from);
      int dimension = vectors[0].length;
      float[] values = new float[count * dimension];
      for (int i = 0; i < count; i++) {
        System.arraycopy(vectors[from + i], 0, values, i * dimension, dimension);
      }
      long[] ids = LongStream.range(from, from + count).toArray();
      out.output(
          Batch.of(
              Map.of(
                  "id", new Array.Dense(List.of((long) count), Values.of(ids)),
                  "embedding",
                      new Array.Dense(
                          List.of((long) count, (long) dimension), Values.of(values)))));
    }
  }

  private static final class CountFn extends DoFn<Batch, Void> {
    private static final long serialVersionUID = 1;

    private final long rows;

    CountFn(long rows) {
      this.rows = rows;
    }

    @ProcessElement
    public void process(@Element Batch batch) {
      long seen = ROWS.addAndGet(batch.rows());
      if (seen >= rows / 5 && started == 0) {
        started = SetLoop.clock();
      } else if (seen == rows) {
        System.out.printf("rows/s %.0f%n", (rows - rows / 5) / (SetLoop.clock() - started));
      }
    }
  }
}
