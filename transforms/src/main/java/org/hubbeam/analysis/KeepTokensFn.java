package org.hubbeam.analysis;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.VocabularyCounts;
import org.hubbeam.reducer.TokenStats;
import org.hubbeam.reducer.Vocabulary;
import org.hubbeam.reducer.VocabularyEntries;

/**
 * Scores tokens whose counts are complete, and keeps those of a bundle that can be in their
 * vocabulary: encoded entries by the vocabulary's number. No more are held than {@value #MOST}.
 */
final class KeepTokensFn extends DoFn<KV<byte[], TokenStats>, KV<Integer, byte[]>> {
  private static final long serialVersionUID = 1;

  private static final int MOST = 100_000;

  private final List<Phase.Step> vocabularies;
  private final PCollectionView<Map<Integer, TokenStats>> rows;
  private transient Map<Integer, VocabularyEntries> kept;
  private transient int held;

  /**
   * @param rows what is known of all rows by vocabulary; null where none {@link #needsRows}
   */
  KeepTokensFn(Phase phase, PCollectionView<Map<Integer, TokenStats>> rows) {
    this.vocabularies = List.copyOf(phase.vocabularies());
    this.rows = rows;
  }

  /** Whether a vocabulary of the phase is scored by what is known of all rows: there are labels. */
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

  /** Keeps a token, or not. */
  @ProcessElement
  public void process(ProcessContext context) {
    byte[] key = context.element().getKey();
    int number = TokenKey.vocabulary(key);
    Vocabulary vocabulary = vocabulary(vocabularies, number);
    TokenStats ofRows =
        vocabulary.information() == null
            ? TokenStats.NONE
            : context.sideInput(rows).getOrDefault(number, TokenStats.NONE);
    VocabularyEntries entries =
        kept.computeIfAbsent(number, n -> new VocabularyEntries(vocabulary));
    held -= entries.held();
    entries.add(TokenKey.token(key), context.element().getValue(), ofRows);
    held += entries.held();
    if (held > MOST) {
      drain((n, bytes) -> context.output(KV.of(n, bytes)));
    }
  }

  /** What was kept goes on. */
  @FinishBundle
  public void finish(FinishBundleContext context) {
    drain(
        (number, bytes) ->
            context.output(
                KV.of(number, bytes), GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE));
  }

  private void drain(BiConsumer<Integer, byte[]> output) {
    kept.forEach((number, entries) -> output.accept(number, bytes(entries)));
    kept.clear();
    held = 0;
  }

  static byte[] bytes(VocabularyEntries entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      entries.encode(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
