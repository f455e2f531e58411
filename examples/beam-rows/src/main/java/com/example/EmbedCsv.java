// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.extensions.avro.io.AvroIO;
import org.apache.beam.sdk.extensions.avro.schemas.utils.AvroUtils;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.Validation;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.hubbeam.analysis.BatchesToRows;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.FailuresFile;
import org.hubbeam.inference.HubEmbed;
import org.hubbeam.inference.ModuleSpec;

/** Reads rows from CSV, embeds their text, and writes the rows with the vectors as Avro. */
public final class EmbedCsv {

  /** The columns of the CSV file. */
  static final BatchSchema COLUMNS =
      new BatchSchema(
          List.of(
              new ArraySpec("id", DType.INT64, Shape.of(-1), Layout.DENSE),
              new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE)));

  /** What the program is given. */
  public interface Options extends PipelineOptions {
    @Validation.Required
    String getInput();

    void setInput(String csv);

    @Validation.Required
    String getModule();

    void setModule(String handle);

    @Validation.Required
    String getOutput();

    void setOutput(String prefix);
  }

  private EmbedCsv() {}

  public static void main(String[] args) {
    Options options = PipelineOptionsFactory.fromArgs(args).withValidation().as(Options.class);
    Pipeline pipeline = Pipeline.create(options);
    build(pipeline, options.getInput(), options.getModule(), options.getOutput());
    pipeline.run().waitUntilFinish();
  }

  /** Adds the steps to a pipeline; returns the rows that are written. */
  static PCollection<Row> build(Pipeline pipeline, String csv, String module, String output) {
    BatchSource.Result read = pipeline.apply("Read", BatchSource.csv(csv, COLUMNS));
    BatchesToRows.Result rows = read.batches().apply("Rows", BatchesToRows.by(COLUMNS));
    HubEmbed.Result<Row> embedded =
        rows.rows().apply("Embed", HubEmbed.rows(ModuleSpec.of(module), "text"));

    Schema avro = AvroUtils.toAvroSchema(embedded.embeddings().getSchema());
    embedded
        .embeddings()
        .apply(
            "Records",
            MapElements.into(TypeDescriptor.of(GenericRecord.class))
                .via(AvroUtils.getRowToGenericRecordFunction(avro)))
        .setCoder(AvroCoder.of(avro))
        .apply("Write", AvroIO.writeGenericRecords(avro).to(output).withSuffix(".avro"));

    PCollectionList.of(read.failures())
        .and(rows.failures())
        .and(embedded.failures())
        .apply("All failures", Flatten.pCollections())
        .apply("Failures", FailuresFile.of(output + ".failures.jsonl"));
    return embedded.embeddings();
  }
}
