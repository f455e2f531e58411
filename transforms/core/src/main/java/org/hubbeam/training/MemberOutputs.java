// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.training.SelectedRows.FeatureSlices;
import org.jspecify.annotations.Nullable;

/**
 * What the members of an ensemble give for each row, their weights apart: logits, or what goes into
 * the last layer where weights are matrices. Kept in memory as far as that reaches, else computed
 * again in each pass.
 */
final class MemberOutputs {

  private static final int BATCH = 256;

  private final List<Subnetwork> members;
  private final List<FeatureSlices> slices = new ArrayList<>();
  private final AdaNetOptions.MixtureKind kind;
  private final TrainingRows rows;
  private final int width;
  private final @Nullable List<Block> kept;

  /** Some rows. */
  private record Block(int rows, float[] outputs, float[] targets, float[] weights) {}

  /** Sees one row after the other. */
  interface Visitor {
    /**
     * Sees a row.
     *
     * @param outputs of rows, one row after the other
     * @param targets the same
     * @param row which of them it is
     */
    void row(float[] outputs, float[] targets, float weight, int row);
  }

  /**
   * Outputs for rows.
   *
   * @param widths of all features
   * @param memory the bytes that they may take
   */
  MemberOutputs(
      List<Subnetwork> members,
      List<Integer> widths,
      AdaNetOptions.MixtureKind kind,
      TrainingRows rows,
      long memory) {
    this.members = members;
    this.kind = kind;
    this.rows = rows;
    members.forEach(m -> slices.add(new FeatureSlices(widths, m.features())));
    this.width = members.stream().mapToInt(this::width).sum();
    this.kept = rows.rows() * 4 * (width + rows.targets() + 1L) <= memory ? blocks() : null;
  }

  /** The number of outputs of a row. */
  int width() {
    return width;
  }

  /** How many of them a member has. */
  int width(Subnetwork member) {
    List<Layer> layers = member.head().layers();
    Layer last = layers.get(layers.size() - 1);
    return kind == AdaNetOptions.MixtureKind.MATRIX ? last.in() : last.out();
  }

  /** Shows all rows, in their order. */
  void forEach(Visitor visitor) {
    if (kept != null) {
      kept.forEach(block -> show(block, visitor));
      return;
    }
    try (TrainingRows.Cursor cursor = rows.cursor()) {
      RowBatch batch = new RowBatch(BATCH, rows);
      while (cursor.next(batch)) {
        show(block(batch), visitor);
      }
    }
  }

  private static void show(Block block, Visitor visitor) {
    for (int row = 0; row < block.rows; row++) {
      visitor.row(block.outputs, block.targets, block.weights[row], row);
    }
  }

  private List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    try (TrainingRows.Cursor cursor = rows.cursor()) {
      RowBatch batch = new RowBatch(BATCH, rows);
      while (cursor.next(batch)) {
        blocks.add(block(batch));
      }
    }
    return blocks;
  }

  private Block block(RowBatch batch) {
    float[] outputs = new float[batch.rows() * width];
    int from = 0;
    for (int i = 0; i < members.size(); i++) {
      Subnetwork member = members.get(i);
      float[] features = new float[slices.get(i).width()];
      int count = width(member);
      for (int row = 0; row < batch.rows(); row++) {
        slices.get(i).copy(batch.featureValues(), row * batch.features(), features, 0);
        float[] given =
            kind == AdaNetOptions.MixtureKind.MATRIX
                ? member.head().lastHidden(features)
                : member.head().logits(features);
        System.arraycopy(given, 0, outputs, row * width + from, count);
      }
      from += count;
    }
    return new Block(
        batch.rows(),
        outputs,
        Arrays.copyOf(batch.targetValues(), batch.rows() * batch.targets()),
        Arrays.copyOf(batch.weights(), batch.rows()));
  }
}
