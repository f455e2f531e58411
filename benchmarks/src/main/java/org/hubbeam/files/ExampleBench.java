// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.ExampleEncoder;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.benchmarks.micro.Inputs;
import org.hubbeam.benchmarks.micro.Micro;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.Blackhole;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;

/** TFRecords of {@code tf.Example} written and read; a row is one operation. */
public class ExampleBench extends Micro {

  private static final int BATCHES = 8;
  private static final ReadLimits LIMITS = new ReadLimits(ROWS, 64 << 20, 1 << 20, Corruption.FAIL);

  private Batch embedded;
  private Batch census;
  private byte[] embeddedFile;
  private byte[] censusFile;
  private BatchSchema embeddedSchema;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 20);
  private TFRecordWriter writer;

  /** Makes batches and files of them. */
  @Setup
  public void prepare() throws IOException {
    writer = new TFRecordWriter(out, Compression.NONE);
    embedded = Inputs.embedded(ROWS);
    census = Inputs.census(ROWS);
    embeddedFile = file(embedded);
    censusFile = file(census);
    embeddedSchema =
        new BatchSchema(
            List.of(
                new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE),
                new ArraySpec("vector", DType.FLOAT32, Shape.of(-1, Inputs.WIDTH), Layout.DENSE)));
  }

  /** A text and 128 floats a row. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public ByteArrayOutputStream writeEmbedded() throws IOException {
    return write(embedded);
  }

  /** 15 features of one value each. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public ByteArrayOutputStream writeCensus() throws IOException {
    return write(census);
  }

  private ByteArrayOutputStream write(Batch batch) throws IOException {
    out.reset();
    writer.write(new ExampleEncoder(batch, ExampleCodec.Doubles.REFUSE), 0, batch.rows());
    return out;
  }

  /** The text and 128 floats by protobuf's own classes. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public ByteArrayOutputStream writeEmbeddedProtobuf() throws IOException {
    out.reset();
    Values.Strings texts = (Values.Strings) embedded.column("text").values();
    Values.Numbers floats = (Values.Numbers) embedded.column("vector").values();
    for (int row = 0; row < ROWS; row++) {
      ByteString text = ByteString.copyFrom(texts.bytes(), texts.offsets()[row], texts.length(row));
      FloatList.Builder list = FloatList.newBuilder();
      for (int i = 0; i < Inputs.WIDTH; i++) {
        list.addValue(floats.getFloat(row * Inputs.WIDTH + i));
      }
      Features features =
          Features.newBuilder()
              .putFeature(
                  "text",
                  Feature.newBuilder().setBytesList(BytesList.newBuilder().addValue(text)).build())
              .putFeature("vector", Feature.newBuilder().setFloatList(list).build())
              .build();
      writer.write(Example.newBuilder().setFeatures(features).build().toByteArray());
    }
    return out;
  }

  /** A file of several such batches. */
  private byte[] file(Batch batch) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (int i = 0; i < BATCHES; i++) {
      write(batch).writeTo(file);
    }
    return file.toByteArray();
  }

  /** Reads rows of a text and 128 floats, with a schema. */
  @Benchmark
  @OperationsPerInvocation(BATCHES * ROWS)
  public void readEmbedded(Blackhole sink) throws IOException {
    read(embeddedFile, embeddedSchema, sink);
  }

  /** The same, with columns inferred. */
  @Benchmark
  @OperationsPerInvocation(BATCHES * ROWS)
  public void readEmbeddedWithoutSchema(Blackhole sink) throws IOException {
    read(embeddedFile, null, sink);
  }

  /** Reads rows of 15 features, with a schema. */
  @Benchmark
  @OperationsPerInvocation(BATCHES * ROWS)
  public void readCensus(Blackhole sink) throws IOException {
    read(censusFile, Inputs.censusSchema(), sink);
  }

  private static void read(byte[] file, BatchSchema schema, Blackhole sink) throws IOException {
    new TFRecordFormat(schema)
        .read(
            FileRange.whole("bench", file.length),
            Channels.newChannel(new ByteArrayInputStream(file)),
            LIMITS,
            new Taker(sink));
  }

  /** The text and 128 floats into arrays by protobuf's own classes. */
  @Benchmark
  @OperationsPerInvocation(BATCHES * ROWS)
  public void readEmbeddedProtobuf(Blackhole sink) throws IOException {
    float[] floats = new float[BATCHES * ROWS * Inputs.WIDTH];
    int at = 0;
    try (TFRecordReader in =
        TFRecordReader.open(
            Channels.newChannel(new ByteArrayInputStream(embeddedFile)),
            "bench",
            embeddedFile.length,
            Corruption.FAIL,
            new Taker(sink)::failure)) {
      while (in.next()) {
        Features features = Example.parseFrom(in.record()).getFeatures();
        sink.consume(features.getFeatureOrThrow("text").getBytesList().getValue(0).toByteArray());
        FloatList list = features.getFeatureOrThrow("vector").getFloatList();
        for (int i = 0; i < list.getValueCount(); i++) {
          floats[at++] = list.getValue(i);
        }
      }
    }
    sink.consume(floats);
  }
}
