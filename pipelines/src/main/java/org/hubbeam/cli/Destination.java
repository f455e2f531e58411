// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;
import org.hubbeam.sinks.WriteVectors;

/**
 * Where rows with vectors go, other than to TFRecord files.
 *
 * @param place what it is, without secrets, for messages and manifests
 * @param columns chooses and names the columns
 * @param write writes them
 */
record Destination(
    String place, SinkColumns columns, PTransform<PCollection<Batch>, WriteVectors.Result> write) {

  private static final String LEFT = "stored.json";

  private static final KvCoder<Integer, Stored> PARTS =
      KvCoder.of(VarIntCoder.of(), SerializableCoder.of(Stored.class));

  /**
   * What is there when all rows are.
   *
   * @param dimension the length of a vector; 0 where there is none
   */
  record Stored(long rows, long dimension) implements Serializable {
    private static final Stored NONE = new Stored(0, 0);

    /** What the run has left. */
    static Stored read(RunFolder run) throws IOException {
      String[] numbers = WholeFile.read(run.child(LEFT)).strip().split(" ", 2);
      return new Stored(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }
  }

  /**
   * Adds the steps that count rows and write them.
   *
   * @return tells when all are written
   */
  List<PCollection<String>> apply(
      PCollection<Batch> batches, String counter, List<PCollection<Failure>> failures) {
    PipelineOptions options = batches.getPipeline().getOptions();
    WriteVectors.Result result =
        batches
            .apply("Columns", ParDo.of(columns))
            .setCoder(batches.getCoder())
            .apply("Count", RowCount.of(counter))
            .apply("Store", write);
    failures.add(result.failures());
    PCollection<KV<Integer, Stored>> parts =
        result.written().apply("Sum", ParDo.of(new StoredFn())).setCoder(PARTS);
    return List.of(
        PCollectionList.of(parts)
            .and(
                batches
                    .getPipeline()
                    .apply("Nothing", Create.of(KV.of(0, Stored.NONE)).withCoder(PARTS)))
            .apply("All", Flatten.pCollections())
            .apply("Together", GroupByKey.create())
            .apply("Stored", ParDo.of(new LeaveFn(RunFolder.of(options)))));
  }

  private static final class StoredFn extends DoFn<WriteVectors.Written, KV<Integer, Stored>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element WriteVectors.Written written, OutputReceiver<KV<Integer, Stored>> out) {
      out.output(KV.of(0, new Stored(written.rows(), written.schema().dimension())));
    }
  }

  private static final class LeaveFn extends DoFn<KV<Integer, Iterable<Stored>>, String> {
    private static final long serialVersionUID = 1;
    private final RunFolder run;

    LeaveFn(RunFolder run) {
      this.run = run;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<Stored>> parts, OutputReceiver<String> names)
        throws IOException {
      run.checkShared();
      long rows = 0;
      long dimension = 0;
      for (Stored part : parts.getValue()) {
        rows += part.rows;
        dimension = Math.max(dimension, part.dimension);
      }
      WholeFile.write(run.child(LEFT), rows + " " + dimension);
      names.output(run.child(LEFT));
    }
  }
}
