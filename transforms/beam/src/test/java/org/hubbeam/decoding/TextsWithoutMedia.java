// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.BatchSource;
import org.hubbeam.inference.HubEmbed;
import org.hubbeam.inference.ModuleSpec;

/** A program that embeds two texts, reads a CSV file, and tries to decode images. */
final class TextsWithoutMedia {

  private TextsWithoutMedia() {}

  /** Takes the folder of a module and a CSV file. */
  public static void main(String[] args) {
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    PCollection<KV<String, float[]>> vectors =
        pipeline
            .apply(Create.of("the cat", "a dog"))
            .apply("Embed", HubEmbed.texts(ModuleSpec.of(args[0])))
            .embeddings();
    vectors.apply("PrintVectors", ParDo.of(new PrintVectors()));
    pipeline
        .apply("Csv", BatchSource.csv(args[1]))
        .batches()
        .apply("PrintRows", ParDo.of(new PrintRows()));
    pipeline.run().waitUntilFinish();
    try {
      DecodeImages.of(null);
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
    }
  }

  private static final class PrintVectors extends DoFn<KV<String, float[]>, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element KV<String, float[]> element) {
      System.out.println(element.getKey() + ": " + element.getValue().length);
    }
  }

  private static final class PrintRows extends DoFn<Batch, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Batch batch) {
      System.out.println(batch.columns().keySet() + ": " + batch.rows() + " rows");
    }
  }
}
