// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.RowIds;
import org.hubbeam.reducer.Weighting;
import org.hubbeam.training.Scorer;
import org.hubbeam.training.Split;
import org.hubbeam.training.TaskMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Measures a head on the rows that it was trained on and on those that were held out.
 *
 * @param split tells which were held out
 */
record HeadMeasure(CachedRows rows, Split split, Vectors vectors) {

  private static final String SCORES = "scores";
  private static final int BLOCK = 256;

  /** Where the vectors of rows come from. */
  interface Vectors {
    /** They are there. */
    Vectors CACHED =
        new Vectors() {
          @Override
          public ExampleDecoder decoder(String file) {
            return new ExampleDecoder(file, failure -> {});
          }

          @Override
          public Array of(Batch rows) {
            return rows.column(FeatureColumns.VECTOR);
          }
        };

    /** Reads the rows of a file. */
    ExampleDecoder decoder(String file);

    /** The vectors of rows that were read. */
    Array of(Batch rows);
  }

  /** Of rows with vectors. */
  HeadMeasure(CachedRows rows, Split split) {
    this(rows, split, Vectors.CACHED);
  }

  /** What was measured; rows that were refused before are passed over. */
  TrainingSummary.Measures of(Scorer scorer) throws IOException {
    Parts parts = new Parts(scorer, split, vectors);
    for (String file : rows.files()) {
      ExampleDecoder decoder = vectors.decoder(file);
      new CachedRows(List.of(file))
          .read(
              (in, name) -> {
                decoder.add(in.buffer(), in.start(), in.end(), in.offset());
                if (decoder.rows() == BLOCK) {
                  parts.add(decoder.build());
                }
              });
      parts.add(decoder.build());
    }
    return parts.measures();
  }

  /** The meters of both parts, which know when there is a row what rows have. */
  private static final class Parts {
    private final Scorer scorer;
    private final Split split;
    private final Vectors given;
    private ScoreMeter train;
    private ScoreMeter heldOut;
    private Weighting weighting = Weighting.NONE;
    private boolean begun;

    Parts(Scorer scorer, Split split, Vectors given) {
      this.scorer = scorer;
      this.split = split;
      this.given = given;
      train = meter(null, null, null);
      heldOut = meter(null, null, null);
    }

    private ScoreMeter meter(@Nullable String weight, @Nullable String shown, @Nullable String id) {
      return new ScoreMeter(
          TaskMetrics.of(scorer.task(), scorer.labels()).withMistakes(TaskMetrics.MISTAKES),
          new ScoreColumns(SCORES, FeatureColumns.LABEL, weight, shown, new RowIds(id)),
          ScoreKind.PROBABILITIES);
    }

    void add(Batch batch) {
      if (batch.rows() == 0) {
        return;
      }
      if (!begun) {
        begun = true;
        boolean weighted = batch.columns().containsKey(FeatureColumns.WEIGHT);
        String weight = weighted ? FeatureColumns.WEIGHT : null;
        String shown =
            batch.columns().containsKey(FeatureColumns.SHOWN) ? FeatureColumns.SHOWN : null;
        weighting = weighted ? Weighting.WEIGHTED : Weighting.NONE;
        String id = batch.columns().containsKey(FeatureColumns.ID) ? FeatureColumns.ID : null;
        train = meter(weight, shown, id);
        heldOut = meter(weight, shown, id);
      }
      Values.Numbers hashes = (Values.Numbers) batch.column(FeatureColumns.HASH).values();
      RowCells vectors = RowCells.of(given.of(batch));
      int outputs = scorer.task().outputs(scorer.labels().size());
      float[] scores = new float[batch.rows() * outputs];
      int[] trained = new int[batch.rows()];
      int[] held = new int[batch.rows()];
      int trainedRows = 0;
      int heldRows = 0;
      for (int row = 0; row < batch.rows(); row++) {
        if (vectors.count(row) != scorer.features()) {
          continue;
        }
        float[] features =
            ((Values.Numbers) vectors.values())
                .slice(vectors.from(row), vectors.to(row))
                .roundedToFloats();
        System.arraycopy(scorer.scores(features), 0, scores, row * outputs, outputs);
        if (split.isHeldOut(hashes.getLong(row))) {
          held[heldRows++] = row;
        } else {
          trained[trainedRows++] = row;
        }
      }
      Batch scored =
          batch.with(
              SCORES,
              new Array.Dense(List.of((long) batch.rows(), (long) outputs), Values.of(scores)));
      train.add(scored.select(Arrays.copyOf(trained, trainedRows)), failure -> {});
      heldOut.add(scored.select(Arrays.copyOf(held, heldRows)), failure -> {});
    }

    TrainingSummary.Measures measures() {
      return new TrainingSummary.Measures(weighting, train.bytes(), heldOut.bytes());
    }
  }
}
