// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableBiFunction;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;

/**
 * Writes the schema of batches, as they are written to TFRecords, to one file {@code schema.pbtxt}.
 * Without batches, no file is written. The result is the name of the file, when it is there.
 */
public final class SchemaFile extends PTransform<PCollection<Batch>, PCollection<String>> {
  private static final long serialVersionUID = 1;

  private final String file;
  private final List<String> packed;

  private SchemaFile(String file, List<String> packed) {
    this.file = file;
    this.packed = packed;
  }

  /** Writes to this file. */
  public static SchemaFile of(String file) {
    return new SchemaFile(file, List.of());
  }

  /** With these columns as {@link org.hubbeam.batch.PackedValues}. */
  public SchemaFile withPacked(List<String> columns) {
    return new SchemaFile(file, List.copyOf(columns));
  }

  @Override
  public PCollection<String> expand(PCollection<Batch> batches) {
    SerializableBiFunction<BatchSchema, BatchSchema, BatchSchema> merge = BatchSchema::merge;
    return batches
        .apply("Schemas", ParDo.of(new SchemaFn(packed)))
        .setCoder(SerializableCoder.of(BatchSchema.class))
        .apply("Merge", Combine.globally(merge).withoutDefaults())
        .apply("Write", ParDo.of(new WriteFn(file)))
        .setCoder(StringUtf8Coder.of());
  }

  /** The schemas of a bundle's batches, each once. */
  private static final class SchemaFn extends DoFn<Batch, BatchSchema> {
    private static final long serialVersionUID = 1;
    private final List<String> packed;
    private transient Set<BatchSchema> seen;

    SchemaFn(List<String> packed) {
      this.packed = packed;
    }

    @StartBundle
    public void start() {
      seen = new LinkedHashSet<>();
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<BatchSchema> out) {
      BatchSchema schema = BatchSchema.packed(batch, packed);
      if (seen.add(schema)) {
        out.output(schema);
      }
    }
  }

  private static final class WriteFn extends DoFn<BatchSchema, String> {
    private static final long serialVersionUID = 1;
    private final String file;

    WriteFn(String file) {
      this.file = file;
    }

    @ProcessElement
    public void process(@Element BatchSchema schema, OutputReceiver<String> out)
        throws IOException {
      WholeFile.write(file, schema.toText());
      out.output(file);
    }
  }
}
