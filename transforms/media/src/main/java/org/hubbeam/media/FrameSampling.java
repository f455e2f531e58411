package org.hubbeam.media;

import java.io.Serializable;

/** Which frames of a clip are used. */
public sealed interface FrameSampling extends Serializable {

  /** All of them, at the clip's own pace. */
  static FrameSampling every() {
    return new Every();
  }

  /**
   * So many a second, whatever the clip's own pace: at each moment, counted from the first frame,
   * the frame that is shown then. Frames are passed over or come again.
   */
  static FrameSampling rate(double framesPerSecond) {
    return new Rate(framesPerSecond);
  }

  /**
   * So many a clip, evenly spaced: the frame that is shown in the middle of each of so many equal
   * parts of the clip. The clip is read twice, the first time without decoding, because what its
   * header says of its length is not always so.
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
