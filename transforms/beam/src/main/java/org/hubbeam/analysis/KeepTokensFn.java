// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.VocabularyCounts;
import org.hubbeam.reducer.TokenStats;
import org.hubbeam.reducer.TokenSums;
import org.hubbeam.reducer.Vocabulary;
import org.hubbeam.reducer.VocabularyEntries;
import org.jspecify.annotations.Nullable;

/**
 * Scores tokens, of which all blocks are there, and keeps those of a bundle that can be in their
 * vocabulary: encoded entries by {@link TokenKey}. No more are held than {@value #MOST}.
 */
final class KeepTokensFn extends DoFn<KV<byte[], Iterable<byte[]>>, KV<byte[], byte[]>> {
  private static final long serialVersionUID = 1;

  private static final int MOST = 100_000;

  private final List<Phase.Step> vocabularies;
  private final @Nullable PCollectionView<Map<Integer, TokenStats>> rows;
  private transient Map<Integer, VocabularyEntries> kept;
  private transient int held;

  /**
   * @param rows the counts of all rows by vocabulary; null if not {@link #needsRows}
   */
  KeepTokensFn(Phase phase, @Nullable PCollectionView<Map<Integer, TokenStats>> rows) {
    this.vocabularies = List.copyOf(phase.vocabularies());
    this.rows = rows;
  }

  /** Whether a vocabulary of the phase needs the counts of all rows, because it has labels. */
  static boolean needsRows(Phase phase) {
    List<Phase.Step> steps = phase.vocabularies();
    return IntStream.range(0, steps.size())
        .anyMatch(i -> vocabulary(steps, i).information() != null);
  }

  /** The vocabulary of this number. */
  static Vocabulary vocabulary(List<Phase.Step> vocabularies, int number) {
    return VocabularyCounts.tokens(vocabularies.get(number)).vocabulary();
  }

  /** A bundle begins with nothing. */
  @StartBundle
  public void start() {
    kept = new TreeMap<>();
    held = 0;
  }

  /** Adds up the blocks of a partition, and keeps its tokens, or not. */
  @ProcessElement
  public void process(ProcessContext context) throws IOException {
    int number = TokenKey.vocabulary(context.element().getKey());
    Vocabulary vocabulary = vocabulary(vocabularies, number);
    TokenStats ofRows =
        vocabulary.information() == null
            ? TokenStats.NONE
            : context.sideInput(rows).getOrDefault(number, TokenStats.NONE);
    TokenSums.forEach(
        context.element().getValue(),
        (token, stats) -> {
          VocabularyEntries entries =
              kept.computeIfAbsent(number, n -> new VocabularyEntries(vocabulary));
          held -= entries.held();
          entries.add(token, stats, ofRows);
          held += entries.held();
          if (held > MOST) {
            drain(context::output);
          }
        });
  }

  /** Outputs the entries that were kept. */
  @FinishBundle
  public void finish(FinishBundleContext context) {
    drain(
        part -> context.output(part, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE));
  }

  private void drain(Consumer<KV<byte[], byte[]>> output) {
    kept.forEach(
        (number, entries) ->
            entries.encode().forEach(part -> output.accept(KV.of(TokenKey.of(number), part))));
    kept.clear();
    held = 0;
  }
}
