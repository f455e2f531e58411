// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbedCsvTest {

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void rowsLeaveWithVectorsAsAvro(String runner) throws IOException {
    Path csv = temp.resolve("texts.csv");
    Files.writeString(csv, "id,text\n1,a parcel\n2,\"late, and wet\"\n3,a parcel\n");
    Path module = temp.resolve("module");
    TextModule.write(module);
    Path output = temp.resolve("rows");

    TestPipeline pipeline =
        TestPipeline.fromOptions(PipelineOptionsFactory.fromArgs("--runner=" + runner).create())
            .enableAbandonedNodeEnforcement(false);
    PCollection<Row> rows =
        EmbedCsv.build(pipeline, csv.toString(), module.toString(), output.toString());
    PAssert.that(rows)
        .satisfies(
            all -> {
              all.forEach(
                  row ->
                      assertEquals(
                          TextModule.DIMENSION, row.getArray("embedding").size(), "floats"));
              return null;
            });
    pipeline.run().waitUntilFinish();

    Map<Long, GenericRecord> records = records();
    assertEquals(3, records.size());
    assertEquals("late, and wet", records.get(2L).get("text").toString());
    assertEquals(records.get(1L).get("embedding"), records.get(3L).get("embedding"));
  }

  private Map<Long, GenericRecord> records() throws IOException {
    Map<Long, GenericRecord> records = new TreeMap<>();
    try (Stream<Path> files = Files.list(temp)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".avro")).toList()) {
        try (DataFileReader<GenericRecord> reader =
            new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
          reader.forEach(record -> records.put((Long) record.get("id"), record));
        }
      }
    }
    return records;
  }
}
