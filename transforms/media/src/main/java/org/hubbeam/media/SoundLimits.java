// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/**
 * What a header may say of a sound. The memory of the resampler grows with the ratio of the rates,
 * and that of a frame with the channels, whatever there is of samples.
 */
final class SoundLimits {

  /** Four times the highest rate of recordings in use, 768 kHz, in Hz. */
  static final int RATE = 3_072_000;

  /** Filters of a thousandth take 130 MB; from 768 kHz to 8 kHz it is a hundredth. */
  static final int RATIO = 1000;

  /** As many as FFmpeg mixes; ambisonics of the seventh order have as many. */
  static final int CHANNELS = 64;

  private SoundLimits() {}

  /**
   * Refuses what a header tells.
   *
   * @param from samples a second in the file
   * @param channels in the file
   * @param to samples a second that are wanted
   */
  static void check(int from, int channels, int to) throws MediaException {
    if (from < 1 || from > RATE) {
      throw new MediaException(
          "the header says " + from + " samples a second; 1 to " + RATE + " are allowed");
    }
    if (from / to >= RATIO) {
      throw new MediaException(
          "the header says "
              + from
              + " samples a second, more than "
              + RATIO
              + " times the "
              + to
              + " that are wanted; choose a higher sample rate");
    }
    if (channels < 1 || channels > CHANNELS) {
      throw new MediaException(
          "the header says " + channels + " channels; 1 to " + CHANNELS + " are allowed");
    }
  }
}
