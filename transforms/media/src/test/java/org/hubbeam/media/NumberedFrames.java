// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.nio.file.Path;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/** Clips whose frames show their number: eight bars, white for a one, the highest bit left. */
public final class NumberedFrames {

  public static final ImageSize SIZE = new ImageSize(48, 64);

  private static final int BITS = 8;

  private NumberedFrames() {}

  /** Writes a clip of so many frames. */
  public static Path write(Path file, int frames, int framesPerSecond) {
    try (ClipWriter writer = new ClipWriter(file, SIZE, framesPerSecond)) {
      for (int i = 0; i < frames; i++) {
        writer.add(image(i));
      }
    }
    return file;
  }

  private static Image image(int number) {
    byte[] pixels = new byte[(int) SIZE.pixels() * 3];
    int bar = SIZE.width() / BITS;
    for (int i = 0; i < pixels.length; i++) {
      int bit = BITS - 1 - i / 3 % SIZE.width() / bar;
      pixels[i] = (byte) ((number >> bit & 1) == 1 ? 255 : 0);
    }
    return new Image(SIZE, Channels.RGB, pixels);
  }

  /** The numbers that the frames of a clip of {@link #SIZE} show; 0 for one that is black. */
  static int[] numbers(Clip clip) {
    return numbers(clip.frames());
  }

  /** The numbers that frames {@code [frames, height, width, 3]} of {@link #SIZE} show. */
  public static int[] numbers(Array.Dense frames) {
    Values.Numbers values = (Values.Numbers) frames.values();
    double most = 0;
    for (int i = 0; i < values.size(); i++) {
      most = Math.max(most, values.getDouble(i));
    }
    int[] numbers = new int[frames.rows()];
    int bar = SIZE.width() / BITS;
    for (int i = 0; i < numbers.length; i++) {
      int middle = i * frames.rowSize() + SIZE.height() / 2 * SIZE.width() * 3;
      for (int bit = 0; bit < BITS; bit++) {
        double value = values.getDouble(middle + 3 * (bit * bar + bar / 2));
        numbers[i] = 2 * numbers[i] + (value > most / 2 ? 1 : 0);
      }
    }
    return numbers;
  }
}
