// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** What happens to transparency if the output has no channel for it. */
public enum Alpha {
  /** Alpha is ignored, as in TensorFlow. */
  DROP,
  /** The image on a black background. */
  ON_BLACK,
  /** The image on a white background. */
  ON_WHITE
}
