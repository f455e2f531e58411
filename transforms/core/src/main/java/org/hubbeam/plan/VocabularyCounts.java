// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.hubbeam.reducer.TokenTable;

/** Counts the tokens of all vocabularies of a phase in memory. Not thread-safe. */
@Internal
public final class VocabularyCounts {

  private final List<Phase.Step> steps;
  private final List<TokenTable> tables = new ArrayList<>();

  private VocabularyCounts(List<Phase.Step> steps) {
    this.steps = steps;
    steps.forEach(s -> tables.add(new TokenTable(tokens(s).vocabulary().input())));
  }

  /** No counts yet; one table for each of {@link Phase#vocabularies}, in their order. */
  public static VocabularyCounts of(Phase phase) {
    return new VocabularyCounts(phase.vocabularies());
  }

  /** The analysis of a step that computes a vocabulary. */
  public static Analysis.Tokens tokens(Phase.Step step) {
    return (Analysis.Tokens) step.node().analysis();
  }

  /** The tables, one for each vocabulary. */
  public List<TokenTable> tables() {
    return tables;
  }

  /**
   * Counts a batch.
   *
   * @param columns the columns of the data
   * @param computed the arrays that the graph computed from them
   */
  public void add(Map<String, Array> columns, Map<String, Array> computed) {
    for (int i = 0; i < steps.size(); i++) {
      try {
        tables.get(i).add(steps.get(i).inputs(columns, computed));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(steps.get(i).node().name() + ": " + e.getMessage(), e);
      }
    }
  }

  /** The approximate size of all tables, in bytes. */
  public long memory() {
    return tables.stream().mapToLong(TokenTable::memory).sum();
  }

  /** Writes the vocabularies into a folder. */
  public AnalyzerResults finish(Path folder) throws IOException {
    Map<String, AnalyzerResults.File> files = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      Analysis.Tokens tokens = tokens(steps.get(i));
      List<byte[]> lines = tokens.vocabulary().build(tables.get(i));
      Path file = folder.resolve(tokens.fileName());
      tokens.format().write(file, lines);
      files.put(
          steps.get(i).node().outputs().get(0),
          new AnalyzerResults.File(
              tokens.fileName(),
              file.toString(),
              new AnalyzerResults.Size(tables.get(i).size(), lines.size())));
    }
    return new AnalyzerResults(Map.of(), files);
  }
}
