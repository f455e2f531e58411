// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.List;

/**
 * Outputs of which another output says how many entries count, such as the boxes of a detector.
 * They become ragged columns of the counted entries.
 *
 * @param count the output with the number, one a row
 * @param outputs those that are counted
 * @param absent what is done when the function has not all of these outputs
 */
public record Counted(String count, List<String> outputs, Absent absent) implements Serializable {

  /** Outputs are not cut. */
  public static final Counted NONE = new Counted("", List.of(), Absent.PASSED_OVER);

  /**
   * TF Hub's convention for detectors: {@code num_detections} counts {@code detection_boxes},
   * {@code detection_scores}, {@code detection_classes} and what else there is of each detection. A
   * function without these outputs is left as it is.
   */
  public static final Counted DETECTIONS =
      new Counted(
          "num_detections",
          List.of(
              "detection_boxes",
              "detection_scores",
              "detection_classes",
              "detection_masks",
              "detection_keypoints",
              "detection_keypoint_scores",
              "detection_multiclass_scores",
              "detection_anchor_indices"),
          Absent.PASSED_OVER);

  /** What happens if a function does not have the outputs. */
  public enum Absent {
    /** They are an error when the pipeline is built. */
    REFUSED,
    /** They are passed over; without the count, nothing is counted. */
    PASSED_OVER
  }

  public Counted {
    outputs = List.copyOf(outputs);
    if (outputs.contains(count)) {
      throw new IllegalArgumentException("the output '" + count + "' cannot count itself");
    }
  }

  /** These outputs, all of which there must be. */
  public static Counted by(String count, List<String> outputs) {
    if (count.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "a count '" + count + "' of the outputs " + outputs + "; both must be named");
    }
    return new Counted(count, outputs, Absent.REFUSED);
  }
}
