// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.plan.Analysis;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.VocabularyCounts;
import org.hubbeam.reducer.VocabularyEntries;

/** Brings the kept entries of a vocabulary together, and writes them in their order. */
final class WriteVocabularyFn extends DoFn<KV<byte[], Iterable<byte[]>>, AnalyzerResults> {
  private static final long serialVersionUID = 1;

  private final List<Phase.Step> vocabularies;
  private final TempFolder temp;

  WriteVocabularyFn(Phase phase, TempFolder temp) {
    this.vocabularies = List.copyOf(phase.vocabularies());
    this.temp = temp;
  }

  /** Writes one vocabulary. */
  @ProcessElement
  public void process(
      @Element KV<byte[], Iterable<byte[]>> parts, OutputReceiver<AnalyzerResults> out)
      throws IOException {
    Phase.Step step = vocabularies.get(TokenKey.vocabulary(parts.getKey()));
    Analysis.Tokens tokens = VocabularyCounts.tokens(step);
    VocabularyEntries entries = new VocabularyEntries(tokens.vocabulary());
    for (byte[] part : parts.getValue()) {
      entries.addAll(VocabularyEntries.decode(tokens.vocabulary(), part));
    }
    List<byte[]> lines = entries.lines();
    String location = temp.write(tokens.fileName(), path -> tokens.format().write(path, lines));
    out.output(
        new AnalyzerResults(
            Map.of(),
            Map.of(
                step.node().outputs().get(0),
                new AnalyzerResults.File(
                    tokens.fileName(),
                    location,
                    new AnalyzerResults.Size(entries.counted(), lines.size())))));
  }
}
