// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.Serializable;

/**
 * The sound that a module takes: one channel, float32.
 *
 * @param sampleRate samples a second, in Hz
 * @param maxSeconds the maximum length in seconds; longer sounds are failures
 */
public record SoundSpec(int sampleRate, double maxSeconds) implements Serializable {

  private static final double USUAL_SECONDS = 3600;

  public SoundSpec {
    if (sampleRate < 1) {
      throw new IllegalArgumentException("a sound has samples, not " + sampleRate + " a second");
    }
    if (!(maxSeconds > 0)) {
      throw new IllegalArgumentException("a sound is longer than " + maxSeconds + " seconds");
    }
    if (sampleRate * maxSeconds > Integer.MAX_VALUE / Float.BYTES - 16) {
      throw new IllegalArgumentException(
          "a sound of " + maxSeconds + " seconds at " + sampleRate + " Hz cannot be held");
    }
  }

  /** Sounds of up to an hour at this rate in Hz; 16000 for YAMNet and most modules of speech. */
  public static SoundSpec of(int sampleRate) {
    return new SoundSpec(sampleRate, USUAL_SECONDS);
  }

  /** Sets the maximum length. */
  public SoundSpec withMaxSeconds(double value) {
    return new SoundSpec(sampleRate, value);
  }

  /** The most samples of a sound. */
  int maxSamples() {
    return (int) Math.floor(sampleRate * maxSeconds);
  }
}
