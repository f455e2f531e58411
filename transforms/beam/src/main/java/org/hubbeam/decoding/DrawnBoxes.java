// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.media.Box;

/**
 * Which boxes are drawn.
 *
 * @param boxes the column of ymin, xmin, ymax and xmax, each from 0 to 1: for each row any number
 *     of four
 * @param classes the column of the numbers, or names, of what they are: one for each box
 * @param scores the column of how sure they are
 * @param least boxes with a lower score are not drawn
 * @param labels the names of the classes by number, from 0 on; without a name the number stands
 */
public record DrawnBoxes(
    String boxes, String classes, String scores, float least, List<String> labels)
    implements Serializable {

  public DrawnBoxes {
    labels = List.copyOf(labels);
  }

  /** The columns of TF Hub's detectors; boxes with a score of at least 0.5, without labels. */
  public static final DrawnBoxes DEFAULT =
      new DrawnBoxes("detection_boxes", "detection_classes", "detection_scores", 0.5f, List.of());

  /** Sets the minimum score. */
  public DrawnBoxes withLeast(float value) {
    return new DrawnBoxes(boxes, classes, scores, value, labels);
  }

  /** Sets the names of the classes. */
  public DrawnBoxes withLabels(List<String> value) {
    return new DrawnBoxes(boxes, classes, scores, least, value);
  }

  List<Box> of(Batch batch, int row) {
    Values.Numbers sides = numbers(batch, boxes, row);
    Array kinds = batch.column(classes).slice(row, row + 1);
    Values.Numbers sure = numbers(batch, scores, row);
    int count = sides.size() / 4;
    if (sides.size() % 4 != 0 || kinds.values().size() != count || sure.size() != count) {
      throw new IllegalArgumentException(
          sides.size()
              + " sides of boxes with "
              + kinds.values().size()
              + " classes and "
              + sure.size()
              + " scores");
    }
    List<Box> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float score = (float) sure.getDouble(i);
      if (score >= least) {
        drawn.add(
            new Box(
                (float) sides.getDouble(4 * i),
                (float) sides.getDouble(4 * i + 1),
                (float) sides.getDouble(4 * i + 2),
                (float) sides.getDouble(4 * i + 3),
                label(kinds.values(), i),
                score));
      }
    }
    return drawn;
  }

  private static Values.Numbers numbers(Batch batch, String column, int row) {
    return (Values.Numbers) batch.column(column).slice(row, row + 1).values();
  }

  private String label(Values kinds, int i) {
    if (kinds instanceof Values.Strings names) {
      return names.text(i);
    }
    int kind = (int) ((Values.Numbers) kinds).getDouble(i);
    return kind >= 0 && kind < labels.size() ? labels.get(kind) : Integer.toString(kind);
  }
}
