// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/** Rows in arrays, in their order, however they are asked for. */
final class ArrayRows implements TrainingRows {

  private final float[][] rows;
  private final float[][] labels;
  private final float[] weights;

  ArrayRows(float[][] rows, float[][] labels, float[] weights) {
    this.rows = rows;
    this.labels = labels;
    this.weights = weights;
  }

  float[][] values() {
    return rows;
  }

  float[][] labels() {
    return labels;
  }

  float[] weights() {
    return weights;
  }

  @Override
  public int features() {
    return rows[0].length;
  }

  @Override
  public int targets() {
    return labels[0].length;
  }

  @Override
  public long rows() {
    return rows.length;
  }

  @Override
  public String fingerprint() {
    return "arrays";
  }

  @Override
  public Cursor shuffled(long seed) {
    return cursor();
  }

  @Override
  public Cursor cursor() {
    return new Cursor() {
      private int at;

      @Override
      public boolean next(RowBatch batch) {
        int count = Math.min(batch.capacity(), rows.length - at);
        for (int i = 0; i < count; i++, at++) {
          System.arraycopy(rows[at], 0, batch.featureValues(), i * features(), features());
          System.arraycopy(labels[at], 0, batch.targetValues(), i * targets(), targets());
          batch.weights()[i] = weights[at];
        }
        batch.rows(count);
        return count > 0;
      }

      @Override
      public void close() {}
    };
  }
}
