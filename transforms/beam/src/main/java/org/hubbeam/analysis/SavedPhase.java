// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.plan.Phase;
import org.hubbeam.reducer.TokenStats;
import org.hubbeam.reducer.TokenSums;
import org.jspecify.annotations.Nullable;

/**
 * The first phase of one data set, whose accumulators are saved: the DoFns that read and write
 * them.
 *
 * @param keys those of the steps of the phase
 */
record SavedPhase(AccumulatorFolder folder, String dataset, Phase phase, List<String> keys)
    implements Serializable {
  SavedPhase {
    keys = List.copyOf(keys);
  }

  /** Gives what {@link SummarizeFn} would give for the whole data set. */
  static final class ReadFn extends DoFn<String, byte[]> {
    private static final long serialVersionUID = 1;

    /** The bytes of tokens that are in memory at a time, about. */
    private static final long MEMORY = 1L << 24;

    private final SavedPhase saved;

    ReadFn(SavedPhase saved) {
      this.saved = saved;
    }

    /** Reads the accumulators of this data set. */
    @ProcessElement
    public void process(@Element String dataset, MultiOutputReceiver out) throws IOException {
      SavedAccumulators read = saved.folder.read(dataset);
      out.get(SummarizeFn.SUMMARIES).output(read.summary(saved.phase, saved.keys));
      List<String> vocabularies = SavedAccumulators.vocabularyKeys(saved.phase, saved.keys);
      for (int i = 0; i < vocabularies.size(); i++) {
        SavedAccumulators.Tokens tokens = read.tokens(vocabularies.get(i));
        readTokens(i, tokens.file(), out.get(SummarizeFn.TOKENS));
        TokenStats rows =
            TokenStats.decode(new DataInputStream(new ByteArrayInputStream(tokens.rows())));
        if (!rows.equals(TokenStats.NONE)) {
          out.get(SummarizeFn.ROWS).output(KV.of(i, rows));
        }
      }
    }

    private void readTokens(int vocabulary, String file, OutputReceiver<KV<byte[], byte[]>> out)
        throws IOException {
      TokenSums some = new TokenSums();
      saved.folder.readTokens(
          file,
          (token, stats) -> {
            some.add(token, stats);
            if (some.memory() > MEMORY) {
              SummarizeFn.drain(vocabulary, some, out::output);
              some.clear();
            }
          });
      SummarizeFn.drain(vocabulary, some, out::output);
    }
  }

  /** Blocks by their vocabulary alone. */
  static final class ByVocabularyFn extends DoFn<KV<byte[], byte[]>, KV<byte[], byte[]>> {
    private static final long serialVersionUID = 1;

    /** Puts one block there. */
    @ProcessElement
    public void process(@Element KV<byte[], byte[]> block, OutputReceiver<KV<byte[], byte[]>> out) {
      int vocabulary = TokenKey.vocabulary(block.getKey());
      out.output(KV.of(TokenKey.of(vocabulary), block.getValue()));
    }
  }

  /** Writes the tokens of one vocabulary; gives the file's name by the vocabulary's number. */
  static final class WriteTokensFn extends DoFn<KV<byte[], Iterable<byte[]>>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;
    private final SavedPhase saved;

    WriteTokensFn(SavedPhase saved) {
      this.saved = saved;
    }

    /** Writes one file. */
    @ProcessElement
    public void process(
        @Element KV<byte[], Iterable<byte[]>> blocks, OutputReceiver<KV<Integer, String>> out)
        throws IOException {
      String file = saved.folder.writeTokens(saved.dataset, blocks.getValue());
      out.output(KV.of(TokenKey.vocabulary(blocks.getKey()), file));
    }
  }

  /** Saves the summary of the data set, with the files of its tokens. */
  static final class WriteFn extends DoFn<byte[], Void> {
    private static final long serialVersionUID = 1;
    private final SavedPhase saved;
    private final @Nullable PCollectionView<Map<Integer, String>> files;
    private final @Nullable PCollectionView<Map<Integer, TokenStats>> rows;

    /**
     * @param files the files of tokens by the number of their vocabulary; null where there is none
     * @param rows the counts of all rows by the number of their vocabulary; null if there are none
     */
    WriteFn(
        SavedPhase saved,
        @Nullable PCollectionView<Map<Integer, String>> files,
        @Nullable PCollectionView<Map<Integer, TokenStats>> rows) {
      this.saved = saved;
      this.files = files;
      this.rows = rows;
    }

    /** Saves all. */
    @ProcessElement
    public void process(ProcessContext context, @Element byte[] summary) throws IOException {
      List<SavedAccumulators.Tokens> tokens = new ArrayList<>();
      for (int i = 0; i < saved.phase.vocabularies().size(); i++) {
        String file = context.sideInput(files).get(i);
        tokens.add(
            new SavedAccumulators.Tokens(
                file == null ? saved.folder.writeTokens(saved.dataset, List.of()) : file,
                SavedAccumulators.encoded(
                    context.sideInput(rows).getOrDefault(i, TokenStats.NONE))));
      }
      saved.folder.write(
          saved.dataset, SavedAccumulators.of(saved.phase, saved.keys, summary, tokens));
    }
  }
}
