// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.analysis.AnalyzeAndTransformDataset;
import org.hubbeam.analysis.WriteTransformOutput;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.files.BatchSink;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.FailuresFile;
import org.hubbeam.inference.HubEmbed;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.Vocabularies;

/** What README shows, word for word. */
final class ReadmeExample {

  private ReadmeExample() {}

  static PipelineResult embed(PipelineOptions options, String texts, String module, String out) {
    Pipeline pipeline = Pipeline.create(options);
    HubEmbed.Result<KV<String, float[]>> result =
        pipeline
            .apply("Read", TextIO.read().from(texts))
            .apply("Embed", HubEmbed.texts(ModuleSpec.of(module)));
    result
        .embeddings()
        .apply(
            MapElements.into(TypeDescriptors.strings())
                .via(row -> row.getKey() + "\t" + Arrays.toString(row.getValue())))
        .apply("Write", TextIO.write().to(out));
    result.failures().apply("Failures", FailuresFile.of(out + ".failures.jsonl"));
    return pipeline.run();
  }

  static PipelineResult fit(PipelineOptions options, String table, String out) {
    BatchSchema schema =
        new BatchSchema(
            List.of(
                new ArraySpec("age", DType.FLOAT32, Shape.of(-1), Layout.DENSE),
                new ArraySpec("job", DType.STRING, Shape.of(-1), Layout.DENSE)));
    PreprocessingFunction function =
        in ->
            Map.of(
                "age_z", Scaling.scaleToZScore(in.get("age")),
                "job_id", Vocabularies.computeAndApplyVocabulary(in.get("job")));
    Preprocessor preprocessor = Preprocessor.of(schema, function);
    Pipeline pipeline = Pipeline.create(options);
    BatchSource.Result read = pipeline.apply("Read", BatchSource.csv(table, schema));
    AnalyzeAndTransformDataset.Result fitted =
        read.batches().apply("Fit", AnalyzeAndTransformDataset.of(preprocessor));
    fitted.batches().apply("Features", BatchSink.tfrecord(out + "/train"));
    fitted.results().apply("Function", WriteTransformOutput.of(preprocessor, out));
    PCollectionList.of(read.failures())
        .and(fitted.failures())
        .apply(Flatten.pCollections())
        .apply("Failures", FailuresFile.of(out + "/failures.jsonl"));
    return pipeline.run();
  }
}
