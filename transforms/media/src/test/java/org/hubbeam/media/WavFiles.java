// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntToDoubleFunction;

/** WAV files, written by hand. */
public final class WavFiles {

  /** What a sample is. */
  public enum Sample {
    U8(1),
    S16(2),
    S24(3),
    S32(4),
    F32(4);

    private final int bytes;

    Sample(int bytes) {
      this.bytes = bytes;
    }

    private void put(ByteBuffer into, double value) {
      switch (this) {
        case U8 -> into.put((byte) Math.round(128 + 127 * value));
        case S16 -> into.putShort((short) Math.round(32767 * value));
        case S24 -> {
          int rounded = (int) Math.round(8388607 * value);
          into.put((byte) rounded).putShort((short) (rounded >> 8));
        }
        case S32 -> into.putInt((int) Math.round(2147483647 * value));
        case F32 -> into.putFloat((float) value);
      }
    }
  }

  private WavFiles() {}

  /** One channel of 16 bits: a sine of amplitude 0.5. */
  public static byte[] sine(int sampleRate, double seconds, double hertz) {
    return of(
        Sample.S16,
        sampleRate,
        (int) (seconds * sampleRate),
        i -> 0.5 * Math.sin(2 * Math.PI * hertz * i / sampleRate));
  }

  /** A file; each channel gives the value of the sample of a number, -1 to 1. */
  public static byte[] of(
      Sample sample, int sampleRate, int samples, IntToDoubleFunction... channels) {
    int frame = sample.bytes * channels.length;
    ByteBuffer wav = ByteBuffer.allocate(44 + samples * frame).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + samples * frame);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) (sample == Sample.F32 ? 3 : 1)).putShort((short) channels.length);
    wav.putInt(sampleRate).putInt(sampleRate * frame);
    wav.putShort((short) frame).putShort((short) (8 * sample.bytes));
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples * frame);
    for (int i = 0; i < samples; i++) {
      for (IntToDoubleFunction channel : channels) {
        sample.put(wav, channel.applyAsDouble(i));
      }
    }
    return wav.array();
  }
}
