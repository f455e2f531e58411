// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.micro;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.Axis;
import org.hubbeam.reducer.CellSummary;
import org.hubbeam.reducer.Labelling;
import org.hubbeam.reducer.Moments;
import org.hubbeam.reducer.Quantiles;
import org.hubbeam.reducer.TokenFilter;
import org.hubbeam.reducer.TokenTable;
import org.hubbeam.reducer.VocabularyInput;
import org.hubbeam.reducer.Weighting;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/** Batches added to summaries; a value, or a row of 128, is one operation. */
@OperationsPerInvocation(Micro.ROWS)
public class ReducerBench extends Micro {

  private final Quantiles quantiles = new Quantiles(DType.FLOAT32, Axis.WHOLE, 100, 0.01);
  private final Moments moments = new Moments(DType.FLOAT32, Axis.WHOLE);
  private final Moments cells = new Moments(DType.FLOAT32, Axis.perCell(Shape.of(Inputs.WIDTH)));
  private final VocabularyInput vocabulary =
      new VocabularyInput(DType.STRING, Weighting.NONE, Labelling.NONE, TokenFilter.LINES);

  private final CellSummary quantileSummary = quantiles.empty();
  private final CellSummary momentSummary = moments.empty();
  private final CellSummary cellSummary = cells.empty();
  private final TokenTable tokens = new TokenTable(vocabulary);
  private List<List<Array>> numbers;
  private List<List<Array>> words;
  private List<Array> vectors;
  private int next;

  /** Makes batches. */
  @Setup
  public void prepare() {
    Values.Numbers values = (Values.Numbers) Inputs.vectors(ROWS).values();
    numbers = new ArrayList<>();
    words = new ArrayList<>();
    Values.Strings all = Inputs.words(64 * ROWS, 20_000);
    for (int i = 0; i < 64; i++) {
      numbers.add(List.of(Array.Dense.vector(values.slice(i * ROWS, (i + 1) * ROWS))));
      words.add(List.of(Array.Dense.vector(all.slice(i * ROWS, (i + 1) * ROWS))));
    }
    vectors = List.of(Inputs.vectors(ROWS));
  }

  /** Numbers into a sketch of their quantiles. */
  @Benchmark
  public CellSummary addQuantiles() {
    quantiles.add(quantileSummary, numbers.get(next++ & 63));
    return quantileSummary;
  }

  /** Numbers into mean and variance. */
  @Benchmark
  public CellSummary addMoments() {
    moments.add(momentSummary, numbers.get(next++ & 63));
    return momentSummary;
  }

  /** Vectors into the means and variances of their 128 cells. */
  @Benchmark
  public CellSummary addMomentsPerCell() {
    cells.add(cellSummary, vectors);
    return cellSummary;
  }

  /** Words into their counts. */
  @Benchmark
  public TokenTable addWords() {
    tokens.add(words.get(next++ & 63));
    return tokens;
  }
}
