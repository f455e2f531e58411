// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.Serializable;

/** Which frames of a clip are used. */
public sealed interface FrameSampling extends Serializable {

  /** All frames. */
  static FrameSampling every() {
    return new Every();
  }

  /**
   * This number of frames per second, starting with the first frame: for each point in time, the
   * frame that is displayed. Frames are skipped or repeated.
   */
  static FrameSampling rate(double framesPerSecond) {
    return new Rate(framesPerSecond);
  }

  /**
   * This number of frames per clip, evenly spaced: the frames in the middle of that many equal
   * parts of the clip. The clip is read twice, the first time without decoding, because headers can
   * state a wrong length.
   */
  static FrameSampling count(int frames) {
    return new Count(frames);
  }

  /** See {@link #every}. */
  record Every() implements FrameSampling {
    private static final long serialVersionUID = 1;
  }

  /** See {@link #rate}. */
  record Rate(double framesPerSecond) implements FrameSampling {
    private static final long serialVersionUID = 1;

    public Rate {
      if (!(framesPerSecond > 0 && framesPerSecond <= 1000)) {
        throw new IllegalArgumentException(
            "frames are sampled more than 0 and up to 1000 times a second, not " + framesPerSecond);
      }
    }
  }

  /** See {@link #count}. */
  record Count(int frames) implements FrameSampling {
    private static final long serialVersionUID = 1;

    public Count {
      if (frames < 1) {
        throw new IllegalArgumentException("a clip has at least one frame, not " + frames);
      }
    }
  }
}
