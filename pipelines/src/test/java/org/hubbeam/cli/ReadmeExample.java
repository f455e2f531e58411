package org.hubbeam.cli;

import java.util.Arrays;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.inference.HubEmbed;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.tfrecord.FailuresFile;

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
}
