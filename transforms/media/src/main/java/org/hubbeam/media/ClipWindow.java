// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.Serializable;

/**
 * How sampled frames are divided into windows.
 *
 * @param frames the number of frames in a window
 * @param stride how many frames after the beginning of a window the next one begins; windows
 *     overlap where it is less than {@code frames}, and frames between them are left out where it
 *     is more
 */
public record ClipWindow(int frames, int stride) implements Serializable {

  public ClipWindow {
    if (frames < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "a window has at least 1 frame, and the next begins at least 1 later; not "
              + frames
              + " and "
              + stride);
    }
  }

  /** Consecutive windows of this number of frames. */
  public static ClipWindow of(int frames) {
    return new ClipWindow(frames, frames);
  }

  /** Sets the number of frames from the start of a window to the start of the next. */
  public ClipWindow withStride(int value) {
    return new ClipWindow(frames, value);
  }
}
