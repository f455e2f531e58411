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
        int number = i;
        SavedAccumulators.Tokens tokens = read.tokens().get(vocabularies.get(i));
        saved.folder.readTokens(
            tokens.file(),
            (token, stats) ->
                out.get(SummarizeFn.TOKENS).output(KV.of(TokenKey.of(number, token), stats)));
        TokenStats rows =
            TokenStats.decode(new DataInputStream(new ByteArrayInputStream(tokens.rows())));
        if (!rows.equals(TokenStats.NONE)) {
          out.get(SummarizeFn.ROWS).output(KV.of(number, rows));
        }
      }
    }
  }

  /** By the number of the vocabulary. */
  static final class ByVocabularyFn
      extends DoFn<KV<byte[], TokenStats>, KV<Integer, KV<byte[], TokenStats>>> {
    private static final long serialVersionUID = 1;

    /** Puts one token there. */
    @ProcessElement
    public void process(
        @Element KV<byte[], TokenStats> token,
        OutputReceiver<KV<Integer, KV<byte[], TokenStats>>> out) {
      byte[] key = token.getKey();
      out.output(KV.of(TokenKey.vocabulary(key), KV.of(TokenKey.token(key), token.getValue())));
    }
  }

  /** Writes the tokens of one vocabulary; gives the file's name by the vocabulary's number. */
  static final class WriteTokensFn
      extends DoFn<KV<Integer, Iterable<KV<byte[], TokenStats>>>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;
    private final SavedPhase saved;

    WriteTokensFn(SavedPhase saved) {
      this.saved = saved;
    }

    /** Writes one file. */
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<KV<byte[], TokenStats>>> tokens,
        OutputReceiver<KV<Integer, String>> out)
        throws IOException {
      out.output(
          KV.of(tokens.getKey(), saved.folder.writeTokens(saved.dataset, tokens.getValue())));
    }
  }

  /** Saves the summary of the data set, with the files of its tokens. */
  static final class WriteFn extends DoFn<byte[], Void> {
    private static final long serialVersionUID = 1;
    private final SavedPhase saved;
    private final PCollectionView<Map<Integer, String>> files;
    private final PCollectionView<Map<Integer, TokenStats>> rows;

    /**
     * @param files the files of tokens by the number of their vocabulary; null where there is none
     * @param rows what is known of all rows likewise
     */
    WriteFn(
        SavedPhase saved,
        PCollectionView<Map<Integer, String>> files,
        PCollectionView<Map<Integer, TokenStats>> rows) {
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
