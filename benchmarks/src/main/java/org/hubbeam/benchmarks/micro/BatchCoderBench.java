// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.micro;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.BatchCoder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.Blackhole;

/** Batches as an engine moves them between workers; a row is one operation. */
@OperationsPerInvocation(Micro.ROWS)
public class BatchCoderBench extends Micro {

  private Batch embedded;
  private Batch census;
  private byte[] embeddedBytes;
  private byte[] censusBytes;
  private List<byte[]> singles;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 20);

  /** Makes batches and their bytes. */
  @Setup
  public void prepare() throws IOException {
    embedded = Inputs.embedded(ROWS);
    census = Inputs.census(ROWS);
    embeddedBytes = encoded(embedded).toByteArray();
    censusBytes = encoded(census).toByteArray();
    singles = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      singles.add(encoded(census.slice(row, row + 1)).toByteArray());
    }
  }

  private ByteArrayOutputStream encoded(Batch batch) throws IOException {
    out.reset();
    BatchCoder.of().encode(batch, out);
    return out;
  }

  private static Batch decoded(byte[] bytes) throws IOException {
    return BatchCoder.of().decode(new ByteArrayInputStream(bytes));
  }

  /** A text and 128 floats a row. */
  @Benchmark
  public ByteArrayOutputStream encodeEmbedded() throws IOException {
    return encoded(embedded);
  }

  /** A text and 128 floats a row. */
  @Benchmark
  public Batch decodeEmbedded() throws IOException {
    return decoded(embeddedBytes);
  }

  /** 15 columns of one value a row. */
  @Benchmark
  public ByteArrayOutputStream encodeCensus() throws IOException {
    return encoded(census);
  }

  /** 15 columns of one value a row. */
  @Benchmark
  public Batch decodeCensus() throws IOException {
    return decoded(censusBytes);
  }

  /** 15 columns, each row a batch of its own. */
  @Benchmark
  public void decodeSingles(Blackhole sink) throws IOException {
    for (byte[] single : singles) {
      sink.consume(decoded(single));
    }
  }
}
