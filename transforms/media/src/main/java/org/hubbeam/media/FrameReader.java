// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a clip, one after the other; each knows when the next one is shown. Those that are
 * asked for become pixels. For one thread.
 */
final class FrameReader implements AutoCloseable {

  private final FfmpegDecoder decoder;
  private final FramePixels pixels;
  private final AVFrame current;
  private final AVFrame following;
  private boolean begun;
  private boolean more;
  private double seconds = Double.NaN;
  private double followingSeconds = Double.NaN;
  private @Nullable MediaException fault;

  private FrameReader(FfmpegDecoder decoder, FramePixels pixels) {
    this.decoder = decoder;
    this.pixels = pixels;
    this.current = Ffmpeg.present(avutil.av_frame_alloc(), "a frame");
    this.following = Ffmpeg.present(avutil.av_frame_alloc(), "a frame");
  }

  /**
   * Opens a clip.
   *
   * @throws MediaException when there is no video track that can be decoded
   */
  static FrameReader open(FfmpegFile file, ImageSpec spec) throws IOException, MediaException {
    FfmpegDecoder decoder = file.decoder(FfmpegFile.Kind.VIDEO, spec.decoding().limits());
    return new FrameReader(decoder, new FramePixels(spec, decoder.stream().codecpar()));
  }

  /**
   * Goes to the next frame.
   *
   * @return false behind the last
   * @throws MediaException at the first damage, behind all that is whole before it
   */
  boolean advance() throws IOException, MediaException {
    if (!begun) {
      begun = true;
      look();
    }
    if (fault != null && !more) {
      throw fault;
    }
    if (!more) {
      return false;
    }
    avutil.av_frame_unref(current);
    avutil.av_frame_move_ref(current, following);
    seconds = followingSeconds;
    look();
    return true;
  }

  private void look() throws IOException {
    try {
      AVFrame next = decoder.next();
      more = next != null;
      if (next != null) {
        followingSeconds = decoder.seconds(next, followingSeconds);
        avutil.av_frame_move_ref(following, next);
      }
    } catch (MediaException e) {
      more = false;
      fault = e;
    }
  }

  /** When this frame is shown. */
  double seconds() {
    return seconds;
  }

  /** Until when this frame is shown: when the next one is, or the clip ends. */
  double until() {
    return more ? followingSeconds : seconds + decoder.duration(current);
  }

  /** Whether no frame follows. */
  boolean isLast() {
    return !more;
  }

  /** This frame's pixels. */
  Image image() throws MediaException {
    return pixels.of(current);
  }

  @Override
  public void close() throws IOException {
    avutil.av_frame_free(current);
    avutil.av_frame_free(following);
    pixels.close();
    decoder.close();
  }
}
