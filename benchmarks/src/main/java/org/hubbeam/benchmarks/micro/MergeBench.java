// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.micro;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.reducer.Axis;
import org.hubbeam.reducer.CellSummary;
import org.hubbeam.reducer.Labelling;
import org.hubbeam.reducer.Moments;
import org.hubbeam.reducer.Quantiles;
import org.hubbeam.reducer.Reducer;
import org.hubbeam.reducer.TokenFilter;
import org.hubbeam.reducer.TokenTable;
import org.hubbeam.reducer.VocabularyInput;
import org.hubbeam.reducer.Weighting;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/** Summaries of workers read from their bytes and merged; a summary is one operation. */
@OperationsPerInvocation(MergeBench.SUMMARIES)
public class MergeBench extends Micro {

  /** How many are merged into one. */
  public static final int SUMMARIES = 16;

  private final Quantiles quantiles = new Quantiles(DType.FLOAT32, Axis.WHOLE, 100, 0.01);
  private final Moments cells = new Moments(DType.FLOAT32, Axis.perCell(Shape.of(Inputs.WIDTH)));
  private byte[] quantileBytes;
  private byte[] cellBytes;
  private TokenTable tokens;

  /** Makes summaries and their bytes. */
  @Setup
  public void prepare() throws IOException {
    Array.Dense vectors = Inputs.vectors(ROWS);
    quantileBytes = encoded(quantiles, Array.Dense.vector(vectors.values()));
    cellBytes = encoded(cells, vectors);
    tokens = empty();
    tokens.add(List.of(Array.Dense.vector(Inputs.words(64 * ROWS, 20_000))));
  }

  private static <S> byte[] encoded(Reducer<S> reducer, Array column) throws IOException {
    S summary = reducer.empty();
    reducer.add(summary, List.of(column));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    reducer.encode(summary, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static <S> S merged(Reducer<S> reducer, byte[] bytes) throws IOException {
    S all = reducer.empty();
    for (int i = 0; i < SUMMARIES; i++) {
      reducer.merge(all, reducer.decode(new DataInputStream(new ByteArrayInputStream(bytes))));
    }
    return all;
  }

  private static TokenTable empty() {
    return new TokenTable(
        new VocabularyInput(DType.STRING, Weighting.NONE, Labelling.NONE, TokenFilter.LINES));
  }

  /** Sketches of 131,072 numbers each. */
  @Benchmark
  public CellSummary quantiles() throws IOException {
    return merged(quantiles, quantileBytes);
  }

  /** Means and variances of 128 cells each. */
  @Benchmark
  public CellSummary momentsPerCell() throws IOException {
    return merged(cells, cellBytes);
  }

  /** Counts of about 16,000 words each, from memory. */
  @Benchmark
  public TokenTable words() {
    TokenTable all = empty();
    for (int i = 0; i < SUMMARIES; i++) {
      all.addAll(tokens);
    }
    return all;
  }
}
