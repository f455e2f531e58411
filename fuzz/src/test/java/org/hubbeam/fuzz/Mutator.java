// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Changes inputs of a corpus. The same seed gives the same input, whatever was made before.
 *
 * <p>Bits, bytes, numbers and lengths are changed, pieces removed, repeated (also very often, which
 * nests what can be nested), moved, cut off, or taken from other inputs and from the dictionary;
 * decimal numbers in text become others; and what can be read as a protocol buffer is changed field
 * by field, so that lengths stay right.
 */
final class Mutator {

  private static final int LARGEST = 1 << 18;

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    7,
    8,
    16,
    127,
    128,
    255,
    256,
    1024,
    4096,
    32767,
    32768,
    65535,
    65536,
    1 << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    0xffffffffL,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final List<String> DECIMALS =
      List.of(
          "0",
          "-1",
          "1",
          "99",
          "255",
          "65536",
          "2147483647",
          "2147483648",
          "-2147483649",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999",
          "1e308",
          "1e-400",
          "0x10",
          "00",
          "NaN",
          "");

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private final FuzzTarget target;
  private final Corpus corpus;
  private Random random = new Random(0);

  Mutator(FuzzTarget target, Corpus corpus) {
    this.target = target;
    this.corpus = corpus;
  }

  /** The input with this number. */
  byte[] input(long seed) {
    random = new Random(seed * 0x9e3779b97f4a7c15L + target.name().hashCode());
    byte[] original = any(corpus.inputs());
    boolean sealed = random.nextInt(4) > 0;
    byte[] bytes = sealed ? target.envelope().open(original) : original;
    int changes = 1 + Math.min(random.nextInt(6), random.nextInt(6));
    for (int i = 0; i < changes; i++) {
      bytes =
          sealed && target.envelope() == Envelope.MESSAGE
              ? new WireMutator(random).change(bytes)
              : change(bytes);
      if (bytes.length > LARGEST) {
        bytes = Arrays.copyOf(bytes, LARGEST);
      }
    }
    return sealed ? target.envelope().close(bytes, original) : bytes;
  }

  private byte[] change(byte[] bytes) {
    return switch (random.nextInt(14)) {
      case 0 -> flip(bytes);
      case 1 -> number(bytes);
      case 2 -> length(bytes);
      case 3 -> remove(bytes);
      case 4 -> repeat(bytes, 2 + random.nextInt(3));
      case 5 -> repeat(bytes, 1 << random.nextInt(15));
      case 6 -> Arrays.copyOf(bytes, at(bytes));
      case 7 -> splice(bytes);
      case 8 -> word(bytes);
      case 9 -> decimal(bytes);
      case 10 -> noise(bytes);
      case 11 -> move(bytes);
      default -> new WireMutator(random).change(bytes);
    };
  }

  private int at(byte[] bytes) {
    return random.nextInt(bytes.length + 1);
  }

  private <T> T any(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private byte[] flip(byte[] bytes) {
    byte[] changed = bytes.clone();
    for (int i = 0; i < 1 + random.nextInt(3) && changed.length > 0; i++) {
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  /** Puts a number that is at the border of something over others. */
  private byte[] number(byte[] bytes) {
    return overwrite(bytes, NUMBERS[random.nextInt(NUMBERS.length)]);
  }

  /** Puts a number over others that is near to the number of bytes that follow, or of all. */
  private byte[] length(byte[] bytes) {
    long near = random.nextBoolean() ? bytes.length : bytes.length - at(bytes);
    return overwrite(bytes, near + random.nextInt(9) - 4);
  }

  private byte[] overwrite(byte[] bytes, long number) {
    int width = 1 << random.nextInt(4);
    if (bytes.length < width) {
      return bytes;
    }
    ByteBuffer eight = ByteBuffer.allocate(8);
    boolean little = random.nextBoolean();
    eight.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN).putLong(number);
    byte[] changed = bytes.clone();
    int from = little ? 0 : 8 - width;
    System.arraycopy(eight.array(), from, changed, random.nextInt(bytes.length - width + 1), width);
    return changed;
  }

  private byte[] remove(byte[] bytes) {
    int from = at(bytes);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(1 << random.nextInt(10)));
    return join(bytes, 0, from, new byte[0], bytes, to);
  }

  private byte[] repeat(byte[] bytes, int times) {
    int from = at(bytes);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(1 << random.nextInt(8)));
    int size = to - from;
    int count = size == 0 ? 0 : Math.min(times, LARGEST / size);
    byte[] pieces = new byte[size * count];
    for (int i = 0; i < count; i++) {
      System.arraycopy(bytes, from, pieces, i * size, size);
    }
    return join(bytes, 0, from, pieces, bytes, from);
  }

  private byte[] splice(byte[] bytes) {
    byte[] other = target.envelope().open(any(corpus.inputs()));
    int from = at(other);
    int to = Math.min(other.length, from + random.nextInt(1 << random.nextInt(14)));
    int into = at(bytes);
    int rest = random.nextBoolean() ? into : Math.min(bytes.length, into + to - from);
    return join(bytes, 0, into, Arrays.copyOfRange(other, from, to), bytes, rest);
  }

  private byte[] word(byte[] bytes) {
    if (corpus.words().isEmpty()) {
      return noise(bytes);
    }
    byte[] word = any(corpus.words());
    int into = at(bytes);
    int rest = random.nextBoolean() ? into : Math.min(bytes.length, into + word.length);
    return join(bytes, 0, into, word, bytes, rest);
  }

  private byte[] decimal(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<MatchResult> numbers =
        DIGITS.matcher(text).results().limit(1 + random.nextInt(200)).toList();
    if (numbers.isEmpty()) {
      return flip(bytes);
    }
    MatchResult number = numbers.get(numbers.size() - 1);
    byte[] other = any(DECIMALS).getBytes(StandardCharsets.ISO_8859_1);
    return join(bytes, 0, number.start(), other, bytes, number.end());
  }

  private byte[] noise(byte[] bytes) {
    byte[] noise = new byte[random.nextInt(1 << random.nextInt(9))];
    if (random.nextBoolean()) {
      random.nextBytes(noise);
    } else {
      Arrays.fill(noise, (byte) random.nextInt());
    }
    int into = at(bytes);
    int rest = random.nextBoolean() ? into : Math.min(bytes.length, into + noise.length);
    return join(bytes, 0, into, noise, bytes, rest);
  }

  private byte[] move(byte[] bytes) {
    List<Integer> cuts = new ArrayList<>(List.of(at(bytes), at(bytes), at(bytes)));
    cuts.sort(null);
    byte[] second = Arrays.copyOfRange(bytes, cuts.get(1), cuts.get(2));
    byte[] first = Arrays.copyOfRange(bytes, cuts.get(0), cuts.get(1));
    byte[] moved = Arrays.copyOf(second, second.length + first.length);
    System.arraycopy(first, 0, moved, second.length, first.length);
    return join(bytes, 0, cuts.get(0), moved, bytes, cuts.get(2));
  }

  private static byte[] join(
      byte[] head, int from, int to, byte[] middle, byte[] tail, int tailFrom) {
    byte[] all = new byte[to - from + middle.length + tail.length - tailFrom];
    System.arraycopy(head, from, all, 0, to - from);
    System.arraycopy(middle, 0, all, to - from, middle.length);
    System.arraycopy(tail, tailFrom, all, to - from + middle.length, tail.length - tailFrom);
    return all;
  }
}
