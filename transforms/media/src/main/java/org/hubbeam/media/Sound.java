// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/**
 * Sound with one channel.
 *
 * @param sampleRate samples a second, in Hz
 * @param samples -1 to 1; beyond that only if the file contains such floats
 */
public record Sound(int sampleRate, float[] samples) {

  /** The duration in seconds. */
  public double seconds() {
    return (double) samples.length / sampleRate;
  }
}
