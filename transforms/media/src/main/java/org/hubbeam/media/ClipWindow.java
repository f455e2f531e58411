package org.hubbeam.media;

import java.io.Serializable;

/**
 * How sampled frames are divided into windows.
 *
 * @param frames how many frames a window has
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

  /** Windows of so many frames, one behind the other. */
  public static ClipWindow of(int frames) {
    return new ClipWindow(frames, frames);
  }

  /** With the next window beginning so many frames later. */
  public ClipWindow withStride(int value) {
    return new ClipWindow(frames, value);
  }
}
