// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.transforms.Convert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.analysis.AnalyzeAndTransformDataset;
import org.hubbeam.analysis.BatchesToRows;
import org.hubbeam.analysis.BeamSchemas;
import org.hubbeam.analysis.RowsToBatches;
import org.hubbeam.analysis.WriteTransformOutput;
import org.hubbeam.files.FailuresFile;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.Vocabularies;

/** Computes features of rows, and writes the function that computes the same when serving. */
public final class TableFeatures {

  private static final PreprocessingFunction FUNCTION =
      in ->
          Map.of(
              "price_z", Scaling.scaleToZScore(in.get("price")),
              "shop_id", Vocabularies.computeAndApplyVocabulary(in.get("shop")));

  private TableFeatures() {}

  public static void main(String[] args) {
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.fromArgs(args).create());
    PCollection<Purchase> purchases =
        pipeline.apply(
            Create.of(
                new Purchase(2, "bakery"), new Purchase(4, "bakery"), new Purchase(9, "books")));
    build(purchases, "target/purchases");
    pipeline.run().waitUntilFinish();
  }

  /** Adds the steps to a pipeline; returns the features. */
  static PCollection<Row> build(PCollection<Purchase> purchases, String output) {
    PCollection<Row> rows = purchases.apply("Rows", Convert.toRows());
    Preprocessor preprocessor = Preprocessor.of(BeamSchemas.of(rows.getSchema()), FUNCTION);

    RowsToBatches.Result read = rows.apply("Batches", RowsToBatches.create());
    AnalyzeAndTransformDataset.Result fitted =
        read.batches().apply("Fit", AnalyzeAndTransformDataset.of(preprocessor));
    BatchesToRows.Result features =
        fitted.batches().apply("Features", BatchesToRows.by(preprocessor.outputs()));
    fitted.results().apply("Function", WriteTransformOutput.of(preprocessor, output));

    PCollectionList.of(read.failures())
        .and(fitted.failures())
        .and(features.failures())
        .apply("All failures", Flatten.pCollections())
        .apply("Failures", FailuresFile.of(output + "/failures.jsonl"));
    return features.rows();
  }
}
