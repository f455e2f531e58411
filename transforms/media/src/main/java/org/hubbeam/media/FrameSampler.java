// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The frames of a clip that are looked at. For one thread. */
final class FrameSampler implements AutoCloseable {

  /** Some formats round their times to milliseconds. */
  private static final double ROUNDED = 0.0015;

  /** How often frames may come again, beside once each: two hours of one, five times a second. */
  private static final long MOST_REPEATS = 40_000;

  private final FrameReader reader;
  private Moments moments;
  private long next;
  private boolean begun;
  private long frames;
  private long shown;
  private boolean repeated;
  private @Nullable Image image;

  private FrameSampler(FrameReader reader, Moments moments) {
    this.reader = reader;
    this.moments = moments;
  }

  /**
   * When the shown frame is looked at.
   *
   * @param first in seconds; NaN for when the first frame is shown
   * @param step seconds from one to the next; 0 for every frame
   * @param count how many; {@link Long#MAX_VALUE} for as many as there are
   */
  private record Moments(double first, double step, long count) {

    static Moments of(FfmpegFile file, FrameSampling sampling, DecodeLimits limits)
        throws IOException, MediaException {
      if (sampling instanceof FrameSampling.Rate rate) {
        return new Moments(Double.NaN, 1 / rate.framesPerSecond(), Long.MAX_VALUE);
      }
      if (sampling instanceof FrameSampling.Count count) {
        FrameSpan span = FrameSpan.of(file, limits);
        double step = (span.end() - span.start()) / count.frames();
        return new Moments(span.start() + step / 2, step, count.frames());
      }
      return new Moments(Double.NaN, 0, Long.MAX_VALUE);
    }

    boolean isEveryFrame() {
      return step == 0 && isEndless();
    }

    boolean isEndless() {
      return count == Long.MAX_VALUE;
    }

    Moments from(double seconds) {
      return Double.isNaN(first) ? new Moments(seconds, step, count) : this;
    }

    double moment(long index) {
      return first + index * step;
    }
  }

  /**
   * Opens a clip.
   *
   * @throws MediaException when there is no video track that can be decoded
   */
  static FrameSampler open(FfmpegFile file, FrameSampling sampling, ImageSpec spec)
      throws IOException, MediaException {
    Moments moments = Moments.of(file, sampling, spec.decoding().limits());
    return new FrameSampler(FrameReader.open(file, spec), moments);
  }

  /**
   * Goes to the next frame that is looked at; one that is shown long comes again. The clip is read
   * to its end in any case.
   *
   * @return false behind the last
   * @throws MediaException at the first damage, behind all that is whole before it, or where times
   *     of frames lie so far apart that frames would come again without end
   */
  boolean advance() throws IOException, MediaException {
    long before = frames;
    boolean more = advanceAny();
    repeated = frames == before;
    shown++;
    if (more && shown - 2 * frames > MOST_REPEATS) {
      throw new MediaException(
          "frames are shown so long that they would be repeated more than "
              + MOST_REPEATS
              + " times; take fewer a second (--fps), or a number from each clip (--frames)");
    }
    return more;
  }

  private boolean advanceAny() throws IOException, MediaException {
    if (!begun || moments.isEveryFrame()) {
      begun = true;
      if (!step()) {
        return false;
      }
      moments = moments.from(reader.seconds());
    }
    return moments.isEveryFrame() || seek(next++);
  }

  private boolean seek(long index) throws IOException, MediaException {
    while (index >= moments.count() || !isShown(index)) {
      if (!step()) {
        return false;
      }
    }
    return true;
  }

  private boolean isShown(long index) {
    double moment = moments.moment(index);
    return moment <= reader.seconds()
        || moment < reader.until() - ROUNDED
        || reader.isLast() && !moments.isEndless();
  }

  private boolean step() throws IOException, MediaException {
    image = null;
    frames++;
    return reader.advance();
  }

  /** When this frame is shown, in seconds. */
  double seconds() {
    return reader.seconds();
  }

  /** Whether it is the frame of before once more. */
  boolean isRepeated() {
    return repeated;
  }

  /** This frame's pixels. */
  Image image() throws MediaException {
    if (image == null) {
      image = reader.image();
    }
    return image;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
