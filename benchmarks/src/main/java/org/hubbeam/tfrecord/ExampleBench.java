package org.hubbeam.tfrecord;

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
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.ExampleEncoder;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.benchmarks.micro.Inputs;
import org.hubbeam.benchmarks.micro.Micro;
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
@OperationsPerInvocation(Micro.ROWS)
public class ExampleBench extends Micro {

  private Batch embedded;
  private Batch census;
  private byte[] embeddedFile;
  private byte[] censusFile;
  private BatchSchema embeddedSchema;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 20);

  /** Makes batches and files of them. */
  @Setup
  public void prepare() throws IOException {
    embedded = Inputs.embedded(ROWS);
    census = Inputs.census(ROWS);
    embeddedFile = write(embedded).toByteArray();
    censusFile = write(census).toByteArray();
    embeddedSchema =
        new BatchSchema(
            List.of(
                new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE),
                new ArraySpec("vector", DType.FLOAT32, Shape.of(-1, Inputs.WIDTH), Layout.DENSE)));
  }

  /** A text and 128 floats a row. */
  @Benchmark
  public ByteArrayOutputStream writeEmbedded() throws IOException {
    return write(embedded);
  }

  /** 15 features of one value each. */
  @Benchmark
  public ByteArrayOutputStream writeCensus() throws IOException {
    return write(census);
  }

  private ByteArrayOutputStream write(Batch batch) throws IOException {
    out.reset();
    try (TFRecordWriter writer = new TFRecordWriter(out, Compression.NONE)) {
      writer.write(new ExampleEncoder(batch, ExampleCodec.Doubles.REFUSE), 0, batch.rows());
    }
    return out;
  }

  /** The text and 128 floats by protobuf's own classes. */
  @Benchmark
  public ByteArrayOutputStream writeEmbeddedProtobuf() throws IOException {
    out.reset();
    Values.Strings texts = (Values.Strings) embedded.column("text").values();
    Values.Numbers floats = (Values.Numbers) embedded.column("vector").values();
    try (TFRecordWriter writer = new TFRecordWriter(out, Compression.NONE)) {
      for (int row = 0; row < ROWS; row++) {
        ByteString text =
            ByteString.copyFrom(texts.bytes(), texts.offsets()[row], texts.length(row));
        FloatList.Builder list = FloatList.newBuilder();
        for (int i = 0; i < Inputs.WIDTH; i++) {
          list.addValue(floats.getFloat(row * Inputs.WIDTH + i));
        }
        Features features =
            Features.newBuilder()
                .putFeature(
                    "text",
                    Feature.newBuilder()
                        .setBytesList(BytesList.newBuilder().addValue(text))
                        .build())
                .putFeature("vector", Feature.newBuilder().setFloatList(list).build())
                .build();
        writer.write(Example.newBuilder().setFeatures(features).build().toByteArray());
      }
    }
    return out;
  }

  /** Rows of a text and 128 floats into the columns of their schema. */
  @Benchmark
  public Batch readEmbedded() throws IOException {
    return read(embeddedFile, ExampleDecoder.of("bench", embeddedSchema, ExampleBench::fail));
  }

  /** The same into the columns that are found. */
  @Benchmark
  public Batch readEmbeddedWithoutSchema() throws IOException {
    return read(embeddedFile, new ExampleDecoder("bench", ExampleBench::fail));
  }

  /** Rows of 15 features into the columns of their schema. */
  @Benchmark
  public Batch readCensus() throws IOException {
    return read(censusFile, ExampleDecoder.of("bench", Inputs.censusSchema(), ExampleBench::fail));
  }

  private static void fail(Failure failure) {
    throw new IllegalStateException(failure.toString());
  }

  private static TFRecordReader open(byte[] file) throws IOException {
    return TFRecordReader.open(
        Channels.newChannel(new ByteArrayInputStream(file)),
        "bench",
        file.length,
        Corruption.FAIL,
        ExampleBench::fail);
  }

  private static Batch read(byte[] file, ExampleDecoder decoder) throws IOException {
    try (TFRecordReader in = open(file)) {
      while (in.next()) {
        decoder.add(in.buffer(), in.start(), in.end(), in.offset());
      }
    }
    return decoder.build();
  }

  /** The text and 128 floats into arrays by protobuf's own classes. */
  @Benchmark
  public void readEmbeddedProtobuf(Blackhole sink) throws IOException {
    float[] floats = new float[ROWS * Inputs.WIDTH];
    int at = 0;
    try (TFRecordReader in = open(embeddedFile)) {
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
