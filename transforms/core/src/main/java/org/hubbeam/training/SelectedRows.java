// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows with some of the features of others. */
record SelectedRows(TrainingRows all, FeatureSlices slices) implements TrainingRows {

  /**
   * Which numbers of a row the features of a member are.
   *
   * @param widths how many numbers each feature has
   * @param chosen the indices of the features that are taken, in their order
   */
  record FeatureSlices(List<Integer> widths, List<Integer> chosen) {
    FeatureSlices {
      widths = List.copyOf(widths);
      chosen = List.copyOf(chosen);
    }

    /** How many numbers they are together. */
    int width() {
      return chosen.stream().mapToInt(widths::get).sum();
    }

    /** Copies the numbers of a row. */
    void copy(float[] from, int fromIndex, float[] to, int toIndex) {
      int at = toIndex;
      for (int feature : chosen) {
        int start = fromIndex;
        for (int before = 0; before < feature; before++) {
          start += widths.get(before);
        }
        System.arraycopy(from, start, to, at, widths.get(feature));
        at += widths.get(feature);
      }
    }
  }

  @Override
  public int features() {
    return slices.width();
  }

  @Override
  public int targets() {
    return all.targets();
  }

  @Override
  public long rows() {
    return all.rows();
  }

  @Override
  public String fingerprint() {
    return all.fingerprint() + " features " + slices.chosen();
  }

  @Override
  public Cursor cursor() {
    return new SelectedCursor(all.cursor());
  }

  @Override
  public Cursor shuffled(long seed) {
    return new SelectedCursor(all.shuffled(seed));
  }

  private final class SelectedCursor implements Cursor {
    private final Cursor cursor;
    private @Nullable RowBatch whole;

    SelectedCursor(Cursor cursor) {
      this.cursor = cursor;
    }

    @Override
    public boolean next(RowBatch batch) {
      RowBatch from = whole;
      if (from == null || from.capacity() != batch.capacity()) {
        from = new RowBatch(batch.capacity(), all);
        whole = from;
      }
      if (!cursor.next(from)) {
        return false;
      }
      int rows = from.rows();
      for (int row = 0; row < rows; row++) {
        slices.copy(
            from.featureValues(), row * all.features(), batch.featureValues(), row * features());
      }
      System.arraycopy(from.targetValues(), 0, batch.targetValues(), 0, rows * targets());
      System.arraycopy(from.weights(), 0, batch.weights(), 0, rows);
      System.arraycopy(from.hashes(), 0, batch.hashes(), 0, rows);
      batch.rows(rows);
      return true;
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
