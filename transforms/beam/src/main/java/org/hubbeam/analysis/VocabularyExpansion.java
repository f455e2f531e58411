// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

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
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;
import org.hubbeam.reducer.TokenStats;
import org.hubbeam.reducer.VocabularyEntries;

/** The steps from partial counts of tokens to the files of all vocabularies of a phase. */
final class VocabularyExpansion {

  /** Bytes by their {@link TokenKey}. */
  static final KvCoder<byte[], byte[]> TOKENS =
      KvCoder.of(ByteArrayCoder.of(), ByteArrayCoder.of());

  static final KvCoder<Integer, TokenStats> ROWS =
      KvCoder.of(VarIntCoder.of(), TokenStatsCoder.INSTANCE);

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
  PCollection<AnalyzerResults> written(
      PCollection<KV<byte[], byte[]>> tokens, PCollection<KV<Integer, TokenStats>> rows) {
    List<PCollectionView<?>> views = new ArrayList<>();
    PCollectionView<Map<Integer, TokenStats>> allRows = null;
    if (KeepTokensFn.needsRows(phase)) {
      allRows = rowsAdded(name + " rows", rows).apply(name + " all rows", View.asMap());
      views.add(allRows);
    }
    PCollection<KV<byte[], byte[]>> kept =
        tokens
            .apply(name + " count", GroupByKey.create())
            .apply(name + " keep", ParDo.of(new KeepTokensFn(phase, allRows)).withSideInputs(views))
            .setCoder(TOKENS);
    return PCollectionList.of(kept)
        .and(tokens.getPipeline().apply(name + " of nothing", nothing()))
        .apply(name + " together", Flatten.pCollections())
        .apply(name + " by number", GroupByKey.create())
        .apply(name + " write", ParDo.of(new WriteVocabularyFn(phase, temp)))
        .setCoder(AnalyzerResultsCoder.of());
  }

  /** Partial counts of rows added up. */
  static PCollection<KV<Integer, TokenStats>> rowsAdded(
      String name, PCollection<KV<Integer, TokenStats>> partial) {
    SerializableBiFunction<TokenStats, TokenStats, TokenStats> plus = TokenStats::plus;
    return partial.apply(name, Combine.perKey(plus)).setCoder(ROWS);
  }

  /** Every vocabulary is written, also one of no token. */
  private Create.Values<KV<byte[], byte[]>> nothing() {
    List<KV<byte[], byte[]>> parts = new ArrayList<>();
    List<Phase.Step> vocabularies = phase.vocabularies();
    for (int i = 0; i < vocabularies.size(); i++) {
      byte[] key = TokenKey.of(i);
      new VocabularyEntries(KeepTokensFn.vocabulary(vocabularies, i))
          .encode()
          .forEach(part -> parts.add(KV.of(key, part)));
    }
    return Create.of(parts).withCoder(TOKENS);
  }
}
