package org.hubbeam.media;

/**
 * Sound with one channel.
 *
 * @param sampleRate samples a second, in Hz
 * @param samples -1 to 1; beyond that only where the file has such floats
 */
public record Sound(int sampleRate, float[] samples) {

  /** How long it is. */
  public double seconds() {
    return (double) samples.length / sampleRate;
  }
}
