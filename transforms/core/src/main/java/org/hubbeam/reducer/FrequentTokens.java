// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * The most frequent tokens, approximately, in memory for twice as many as are asked for: exact
 * where there are no more different ones than that. Inputs: tokens of any layout, and their weights
 * when weighted. Results: tokens, strings (integers as decimal text), and counts, float64, upper
 * bounds; the highest count first, then the greatest bytes.
 *
 * @param topK how many at most, up to 200,000
 */
@Internal
public record FrequentTokens(VocabularyInput input, int topK)
    implements SummaryReducer<FrequentItems> {

  private static final int MOST = 200_000;

  /**
   * The most frequent tokens.
   *
   * @throws IllegalArgumentException when there are labels, or top_k is out of its range
   */
  public FrequentTokens {
    if (input.isLabelled()) {
      throw new IllegalArgumentException("an approximate vocabulary has no labels");
    }
    if (topK < 1 || topK > MOST) {
      throw new IllegalArgumentException(
          "top_k of an approximate vocabulary is 1 to " + MOST + ", not " + topK);
    }
  }

  @Override
  public FrequentItems empty() {
    return new FrequentItems(topK);
  }

  @Override
  public void add(FrequentItems summary, List<Array> columns) {
    ReducerInputs.count(columns, input.columns(), "an approximate vocabulary");
    Array x = ReducerInputs.first(columns, input.dtype(), "an approximate vocabulary");
    double[] weights = input.isWeighted() ? Weights.align(x, columns.get(1)) : null;
    ValueBytes texts = ValueBytes.of(x, "tokens");
    for (int i = 0; i < x.values().size(); i++) {
      texts.at(i);
      if (input.filter().admits(texts.block(), texts.from(), texts.to())) {
        summary.add(texts.block(), texts.from(), texts.to(), weights == null ? 1 : weights[i]);
      }
    }
  }

  @Override
  public List<Array.Dense> finish(FrequentItems summary) {
    List<VocabularyEntry> entries = new ArrayList<>();
    FrequentItems items = summary.compressed();
    for (int key = 0; key < items.keys().size(); key++) {
      entries.add(new VocabularyEntry(items.count(key) + items.slack(), items.keys().get(key)));
    }
    entries.sort(VocabularyEntry.BY_SCORE);
    double[] counts = new double[entries.size()];
    Arrays.setAll(counts, i -> entries.get(i).score());
    return List.of(
        Array.Dense.vector(Values.ofBytes(entries.stream().map(VocabularyEntry::token).toList())),
        Array.Dense.vector(NumberArrays.pack(DType.FLOAT64, counts)));
  }

  /** The results of {@link #finish} as entries of a vocabulary, in their order. */
  public static List<VocabularyEntry> entries(List<Array.Dense> results) {
    Values.Strings tokens = (Values.Strings) results.get(0).values();
    double[] counts = NumberArrays.doubles((Values.Numbers) results.get(1).values());
    List<VocabularyEntry> entries = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      entries.add(new VocabularyEntry(counts[i], tokens.get(i)));
    }
    return entries;
  }

  @Override
  public FrequentItems read(DataInput in) throws IOException {
    return FrequentItems.read(in, topK);
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(
        new ArraySpec("tokens", DType.STRING, Shape.of(-1), Layout.DENSE),
        new ArraySpec("counts", DType.FLOAT64, Shape.of(-1), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "frequent_tokens(top_k="
        + topK
        + ", dtype="
        + input.dtype()
        + (input.isWeighted() ? ", weighted" : "")
        + (input.filter() == TokenFilter.LINES ? ", lines" : "")
        + ")";
  }
}
