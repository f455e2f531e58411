// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** What happens to the orientation that a camera recorded (EXIF, TIFF). */
public enum Orientation {
  /** The image is rotated and mirrored to be upright. */
  APPLY,
  /** The pixels are left as they are stored, as in TensorFlow. */
  IGNORE
}
