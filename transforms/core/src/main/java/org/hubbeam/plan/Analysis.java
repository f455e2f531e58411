// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.hubbeam.reducer.FrequentTokens;
import org.hubbeam.reducer.KeyLines;
import org.hubbeam.reducer.Reducer;
import org.hubbeam.reducer.Vocabulary;
import org.hubbeam.reducer.VocabularyLines;

/** What an analyzer computes. */
@Internal
public sealed interface Analysis extends Serializable {

  /** The description in {@code explain()}, with every setting. */
  String describe();

  /** A reduction whose results are arrays. */
  record Reduction(Reducer<?> reducer) implements Analysis {
    @Override
    public String describe() {
      return reducer.describe();
    }
  }

  /** A reduction whose results are written to a file, which becomes an asset. */
  sealed interface Filed extends Analysis {
    /** What is computed. */
    Reducer<?> reducer();

    /** The name of the file. */
    String fileName();

    /**
     * Writes the results.
     *
     * @return the number of entries
     */
    AnalyzerResults.Size write(Path file, List<Array.Dense> results) throws IOException;

    @Override
    default String describe() {
      return reducer().describe() + " -> " + fileName();
    }
  }

  /**
   * A reduction per key, written as lines {@code v1,v2 key}; see {@link KeyLines}.
   *
   * @param reducer its results are the keys, then vectors with one value for each key
   */
  record KeyFile(Reducer<?> reducer, String fileName) implements Filed {
    @Override
    public AnalyzerResults.Size write(Path file, List<Array.Dense> results) throws IOException {
      VocabularyFormat.TEXT.write(file, KeyLines.format(results));
      long keys = results.get(0).rows();
      return new AnalyzerResults.Size(keys, keys);
    }
  }

  /**
   * The approximately most frequent tokens.
   *
   * @param lines how they are written
   */
  record FrequentFile(
      FrequentTokens reducer, VocabularyLines lines, VocabularyFormat format, String fileName)
      implements Filed {
    @Override
    public AnalyzerResults.Size write(Path file, List<Array.Dense> results) throws IOException {
      List<byte[]> written = lines.lines(FrequentTokens.entries(results));
      format.write(file, written);
      return new AnalyzerResults.Size(results.get(0).rows(), written.size());
    }
  }

  /**
   * A vocabulary: tokens are counted, and the selected ones are written to a file.
   *
   * @param vocabulary how it is computed from the counts
   */
  record Tokens(Vocabulary vocabulary, VocabularyFormat format, String fileName)
      implements Analysis {
    @Override
    public String describe() {
      return vocabulary.describe() + " -> " + fileName;
    }
  }

  /**
   * A custom transform, which runs in pipelines only.
   *
   * @param transform the transform, of a type that the engine can run
   * @param outputs the specifications of its results
   */
  record External(Serializable transform, String name, List<ArraySpec> outputs)
      implements Analysis {
    public External {
      outputs = List.copyOf(outputs);
    }

    @Override
    public String describe() {
      return name;
    }
  }
}
