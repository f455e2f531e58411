package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableBiFunction;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.plan.Bindings;
import org.hubbeam.plan.Phase;
import org.hubbeam.reducer.TokenStats;
import org.hubbeam.reducer.VocabularyEntries;

/** The steps from partial counts of tokens to the files of all vocabularies of a phase. */
final class VocabularyExpansion {

  static final KvCoder<byte[], TokenStats> TOKENS =
      KvCoder.of(ByteArrayCoder.of(), TokenStatsCoder.INSTANCE);
  static final KvCoder<Integer, TokenStats> ROWS =
      KvCoder.of(VarIntCoder.of(), TokenStatsCoder.INSTANCE);
  private static final KvCoder<Integer, byte[]> ENTRIES =
      KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of());

  private final Phase phase;
  private final TempFolder temp;
  private final String name;

  VocabularyExpansion(Phase phase, TempFolder temp) {
    this.phase = phase;
    this.temp = temp;
    this.name = "Phase " + phase.number() + " vocabularies";
  }

  /**
   * One element for each vocabulary.
   *
   * @param tokens partial counts
   * @param rows partial counts of rows by vocabulary
   */
  PCollection<Bindings> written(
      PCollection<KV<byte[], TokenStats>> tokens, PCollection<KV<Integer, TokenStats>> rows) {
    List<PCollectionView<?>> views = new ArrayList<>();
    PCollectionView<Map<Integer, TokenStats>> allRows = null;
    if (KeepTokensFn.needsRows(phase)) {
      allRows = added(name + " rows", rows, ROWS).apply(name + " all rows", View.asMap());
      views.add(allRows);
    }
    PCollection<KV<Integer, byte[]>> kept =
        added(name + " count", tokens, TOKENS)
            .apply(name + " keep", ParDo.of(new KeepTokensFn(phase, allRows)).withSideInputs(views))
            .setCoder(ENTRIES);
    return PCollectionList.of(kept)
        .and(tokens.getPipeline().apply(name + " of nothing", nothing()))
        .apply(name + " together", Flatten.pCollections())
        .apply(name + " by number", GroupByKey.create())
        .apply(name + " write", ParDo.of(new WriteVocabularyFn(phase, temp)))
        .setCoder(BindingsCoder.of());
  }

  /** Partial counts added up. */
  static <K> PCollection<KV<K, TokenStats>> added(
      String name, PCollection<KV<K, TokenStats>> partial, KvCoder<K, TokenStats> coder) {
    SerializableBiFunction<TokenStats, TokenStats, TokenStats> plus = TokenStats::plus;
    return partial.apply(name, Combine.perKey(plus)).setCoder(coder);
  }

  /** Every vocabulary is written, also one of no token. */
  private Create.Values<KV<Integer, byte[]>> nothing() {
    List<KV<Integer, byte[]>> parts = new ArrayList<>();
    List<Phase.Step> vocabularies = phase.vocabularies();
    for (int i = 0; i < vocabularies.size(); i++) {
      parts.add(
          KV.of(
              i,
              KeepTokensFn.bytes(new VocabularyEntries(KeepTokensFn.vocabulary(vocabularies, i)))));
    }
    return Create.of(parts).withCoder(ENTRIES);
  }
}
