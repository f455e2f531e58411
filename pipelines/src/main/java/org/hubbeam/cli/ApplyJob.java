package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.BatchSink;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.FailuresFile;
import org.hubbeam.files.SchemaFile;
import org.hubbeam.files.WholeFile;
import org.hubbeam.hub.Hub;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.RunModule;
import org.hubbeam.preprocessing.TransformFn;

/**
 * Later data in, features out: one pipeline.
 *
 * @param input what is read
 * @param call the fitted function
 * @param absent inputs that the data have not, and no feature needs
 * @param output where all goes
 * @param module the function's SavedModel, as it was resolved here
 */
record ApplyJob(
    TransformJob.Input input,
    ModuleSpec call,
    List<ArraySpec> absent,
    OutputPrefix output,
    Hub.Resolved module) {

  private static final String ROWS = "rows_applied";
  private static final List<Watch.Stage> STAGES =
      List.of(new Watch.Stage("transforming", List.of(ROWS)));

  /**
   * Runs the pipeline, waits for it, and writes the manifest when all the rest is there. An earlier
   * output is removed when everything that can be known beforehand was found right.
   */
  TransformJob.Summary run(PipelineOptions options, PrintWriter err) throws IOException {
    Pipeline pipeline = Pipeline.create(options);
    BatchSource.Result read = pipeline.apply("Read", input.source());
    RunModule.Result called =
        whole(read.batches()).apply("Transform", RunModule.of(call).withPassthrough(List.of()));
    output.delete();
    PCollection<Batch> features = called.batches().apply("Count", RowCount.of(ROWS));
    features.apply("Write", BatchSink.tfrecord(output.prefix()).withShards(output.shards()));
    features.apply("Schema", SchemaFile.of(output.schema()));
    PCollectionList.of(read.failures())
        .and(called.failures())
        .apply("All failures", Flatten.pCollections())
        .apply("Failures", FailuresFile.of(output.failures()));
    Execution execution;
    try (Watch watch = new Watch(err, started(options), STAGES)) {
      execution = Execution.of(pipeline, watch);
    }
    FeatureManifest manifest = manifest(execution.count(RowCount.metric(ROWS)));
    WholeFile.write(output.manifest(), manifest.toJson());
    return new TransformJob.Summary(manifest, execution.took());
  }

  private PCollection<Batch> whole(PCollection<Batch> batches) {
    return absent.isEmpty()
        ? batches
        : batches
            .apply("Blank columns", ParDo.of(new BlankFn(absent)))
            .setCoder(batches.getCoder());
  }

  private String started(PipelineOptions options) {
    return "transforming with "
        + module.handle()
        + " on "
        + Engine.name(options)
        + " -> "
        + output.prefix();
  }

  private FeatureManifest manifest(long rows) throws IOException {
    List<String> files = OutputFiles.names(BatchSink.existing(output.prefix()));
    return new FeatureManifest(
        new FeatureManifest.Source(module.handle(), module.digest()),
        AnalyzerValues.NONE,
        Map.of(FeatureManifest.ALL, new FeatureManifest.Split(input.glob(), rows, files)),
        OutputFiles.lines(output.failures()),
        Versions.used(),
        Instant.now().toString());
  }

  /** Adds columns of nothing. */
  private static final class BlankFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final List<ArraySpec> columns;

    BlankFn(List<ArraySpec> columns) {
      this.columns = List.copyOf(columns);
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<Batch> out) {
      Batch all = batch;
      for (ArraySpec column : columns) {
        all = all.with(column.name(), TransformFn.blank(column, batch.rows()));
      }
      out.output(all);
    }
  }
}
