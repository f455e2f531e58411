// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.analysis.AnalysisResult;
import org.hubbeam.analysis.AnalyzeDataset;
import org.hubbeam.analysis.AnalyzeDatasets;
import org.hubbeam.analysis.TransformDataset;
import org.hubbeam.analysis.WriteTransformOutput;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Secrets;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.files.BatchSink;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WhenDone;
import org.hubbeam.files.WrittenFiles;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.Limits;
import org.hubbeam.preprocessing.TransformOutput;
import org.jspecify.annotations.Nullable;

/**
 * Data in, features and the fitted function out: one pipeline. The training data are read twice,
 * for the analysis and for the features, so that no row waits in memory for the analysis to end.
 *
 * @param function the preprocessing function
 * @param train what it is fitted to
 * @param eval other data; null for none
 * @param cache of the analysis; null for none
 * @param output where all goes
 * @param limits of the calls
 */
record TransformJob(
    NamedFunction function,
    Input train,
    @Nullable Input eval,
    @Nullable Cache cache,
    FeatureFolder output,
    Limits limits)
    implements Job {

  /** The counter of the rows that are analyzed. */
  static final String ANALYZED = "rows_analyzed";

  /**
   * Files that are read.
   *
   * @param glob their names
   * @param source reads them
   * @param absent columns of the function that they have not
   */
  record Input(String glob, BatchSource source, List<ArraySpec> absent) {
    Input {
      absent = List.copyOf(absent);
    }
  }

  /**
   * Where the analysis of each training file is saved and taken from.
   *
   * @param folder of the accumulators
   * @param files those of the training data, by keys that change when a file does
   */
  record Cache(String folder, Map<String, BatchSource> files) {
    Cache {
      files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }
  }

  @Override
  public String activity() {
    return "transforming with " + function.name();
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    WriteTransformOutput writeFunction =
        WriteTransformOutput.of(function.preprocessor(), output.path())
            .withLabels(function.labels());
    AnalysisResult<Batch> analyzed = analyzed(pipeline);
    output.delete();
    List<PCollection<String>> written = new ArrayList<>();
    inputs()
        .forEach((name, input) -> written.add(write(pipeline, name, input, analyzed, failures)));
    PCollection<String> fitted =
        analyzed
            .results()
            .apply(
                "Wait",
                WhenDone.of(
                    PCollectionList.of(written).apply("All written", Flatten.pCollections())))
            .apply("Write function", writeFunction);
    return new Built(List.of(fitted), finish());
  }

  private AnalysisResult<Batch> analyzed(Pipeline pipeline) {
    AnalyzeDataset analysis = AnalyzeDataset.of(function.preprocessor());
    if (function.preprocessor().plan().phases().isEmpty()) {
      return pipeline.apply("Nothing", Create.empty(BatchCoder.of())).apply("Analyze", analysis);
    }
    if (cache == null) {
      return pipeline
          .apply("Read to analyze", new ReadToAnalyze(train.source))
          .apply("Analyze", analysis);
    }
    AnalyzeDatasets files = AnalyzeDatasets.of(analysis).withAccumulators(cache.folder);
    for (Map.Entry<String, BatchSource> file : cache.files.entrySet()) {
      files = files.with(file.getKey(), new ReadToAnalyze(file.getValue()));
    }
    return pipeline.apply("Analyze", files);
  }

  /** Reads and counts; what cannot be read comes up when it is read to be transformed. */
  private static final class ReadToAnalyze extends PTransform<PBegin, PCollection<Batch>> {
    private static final long serialVersionUID = 1;
    private final BatchSource source;

    ReadToAnalyze(BatchSource source) {
      this.source = source;
    }

    @Override
    public PCollection<Batch> expand(PBegin begin) {
      return begin.apply("Read", source).batches().apply("Count analyzed", RowCount.of(ANALYZED));
    }
  }

  private PCollection<String> write(
      Pipeline pipeline,
      String split,
      Input input,
      AnalysisResult<Batch> analyzed,
      List<PCollection<Failure>> failures) {
    BatchSource.Result read =
        pipeline.apply("Read " + split, input.source.after(analyzed.transformFn()));
    TransformDataset.Result transformed =
        read.batches()
            .apply("Columns of " + split, new BlankColumns(input.absent))
            .apply(
                "Transform " + split,
                TransformDataset.of(
                        split.equals(FeatureFolder.SPLITS.get(0))
                            ? analyzed.functionOfAnalyzedRows()
                            : analyzed.transformFunction())
                    .withLimits(limits)
                    .withFeatures(features(input))
                    .withArrival(TransformDataset.Arrival.AFTER_THE_FUNCTION));
    failures.add(read.failures());
    failures.add(transformed.failures());
    return transformed
        .batches()
        .apply("Count " + split, RowCount.of(counter(split)))
        .apply(
            "Write " + split, BatchSink.tfrecord(output.prefix(split)).withShards(output.shards()));
  }

  /** The features that need no absent column; all where the list is empty. */
  private List<String> features(Input input) {
    return input.absent.isEmpty()
        ? List.of()
        : TransformOutput.featuresWithout(
            function.preprocessor(), input.absent.stream().map(ArraySpec::name).toList());
  }

  private FeaturesWritten finish() {
    Map<String, String> globs = new LinkedHashMap<>();
    inputs().forEach((split, input) -> globs.put(split, Secrets.masked(input.glob)));
    return new FeaturesWritten(function.name(), List.copyOf(function.labels()), globs, output);
  }

  private Map<String, Input> inputs() {
    Map<String, Input> inputs = new LinkedHashMap<>();
    inputs.put(FeatureFolder.SPLITS.get(0), train);
    if (eval != null) {
      inputs.put(FeatureFolder.SPLITS.get(1), eval);
    }
    return inputs;
  }

  private static String counter(String split) {
    return "rows_" + split;
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(
        new ProgressDisplay.Stage(
            "analyzing", List.of(ANALYZED), () -> Whole.bytes(List.of(train.glob))),
        new ProgressDisplay.Stage(
            "transforming", inputs().keySet().stream().map(TransformJob::counter).toList(), whole));
  }

  /**
   * What is known before the run.
   *
   * @param function its name
   * @param inputs the globs of the splits
   */
  private record FeaturesWritten(
      String function, List<String> labels, Map<String, String> inputs, FeatureFolder output)
      implements Finish {

    @Override
    public FeatureManifest manifest(RunFolder run, long failures) throws IOException {
      Map<String, FeatureManifest.Split> splits = new LinkedHashMap<>();
      for (Map.Entry<String, String> input : inputs.entrySet()) {
        WrittenFiles written = WrittenFiles.read(run, output.prefix(input.getKey()));
        splits.put(
            input.getKey(),
            new FeatureManifest.Split(input.getValue(), written.rows(), written.names()));
      }
      String fitted = output.path() + "/" + TransformOutput.PARTS.get(0);
      return new FeatureManifest(
          new FeatureManifest.Source(
              function, Hub.of(HubOptions.fromEnvironment()).resolve(fitted).digest(), labels),
          AnalyzerValues.read(output.path()),
          splits,
          failures,
          Versions.used(),
          Instant.now().toString());
    }
  }
}
