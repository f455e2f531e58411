// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A sum of finite doubles without rounding: the same to the last bit in whatever order and parts.
 * It is kept as a fixed-point number with a place for every bit of a double.
 */
final class ExactSum {

  private static final int LIMB = 32;
  private static final long MASK = (1L << LIMB) - 1;

  /** The place of the lowest bit of the smallest double. */
  private static final int LOWEST = -1074;

  private static final int LIMBS = (1024 - LOWEST) / LIMB + 4;
  private static final int ADDITIONS = 1 << 29;
  private static final int KEPT_BITS = 128;

  private final long[] limbs = new long[LIMBS];
  private int additions;

  /**
   * Adds a number.
   *
   * @throws IllegalArgumentException for NaN and infinities
   */
  void add(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("sums are of finite numbers, not of " + value);
    }
    if (value == 0) {
      return;
    }
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> 52) & 0x7ff;
    long mantissa = bits & ((1L << 52) - 1) | (exponent == 0 ? 0 : 1L << 52);
    int place = Math.max(exponent, 1) - 1;
    int limb = place / LIMB;
    int shift = place % LIMB;
    long low = (mantissa & MASK) << shift;
    long high = (mantissa >>> LIMB) << shift;
    long sign = value < 0 ? -1 : 1;
    limbs[limb] += sign * (low & MASK);
    limbs[limb + 1] += sign * ((low >>> LIMB) + (high & MASK));
    limbs[limb + 2] += sign * (high >>> LIMB);
    if (++additions == ADDITIONS) {
      carry();
    }
  }

  /** Adds a number so many times, below 2^53. */
  void add(double value, long times) {
    double product = times * value;
    add(product);
    add(Math.fma((double) times, value, -product));
  }

  void merge(ExactSum other) {
    carry();
    other.carry();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += other.limbs[i];
    }
    additions = 2;
  }

  /** Brings every limb but the last, which has the sign, into 0 to 2^32 - 1. */
  private void carry() {
    for (int i = 0; i < LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> LIMB;
      limbs[i] &= MASK;
    }
    additions = 0;
  }

  private BigInteger units() {
    carry();
    BigInteger units = BigInteger.valueOf(limbs[LIMBS - 1]);
    for (int i = LIMBS - 2; i >= 0; i--) {
      units = units.shiftLeft(LIMB).add(BigInteger.valueOf(limbs[i]));
    }
    return units;
  }

  /** The sum, rounded once. */
  double value() {
    BigInteger units = units();
    BigInteger size = units.abs();
    int extra = size.bitLength() - KEPT_BITS;
    if (extra <= 0) {
      return Math.scalb(units.doubleValue(), LOWEST);
    }
    BigInteger top = size.shiftRight(extra);
    top = size.getLowestSetBit() < extra ? top.setBit(0) : top;
    return Math.scalb(units.signum() * top.doubleValue(), extra + LOWEST);
  }

  /** The sum as it is. */
  BigDecimal exact() {
    BigInteger units = units();
    if (units.signum() == 0) {
      return BigDecimal.ZERO;
    }
    int zeros = units.getLowestSetBit();
    int power = zeros + LOWEST;
    BigDecimal odd = new BigDecimal(units.shiftRight(zeros));
    BigDecimal scale = new BigDecimal(BigInteger.TWO.pow(Math.abs(power)));
    return power >= 0 ? odd.multiply(scale) : odd.divide(scale);
  }

  void write(DataOutput out) throws IOException {
    carry();
    int from = 0;
    while (from < LIMBS && limbs[from] == 0) {
      from++;
    }
    int to = LIMBS;
    while (to > from && limbs[to - 1] == 0) {
      to--;
    }
    out.writeByte(from);
    out.writeByte(to - from);
    for (int i = from; i < to; i++) {
      out.writeLong(limbs[i]);
    }
  }

  static ExactSum read(DataInput in) throws IOException {
    ExactSum sum = new ExactSum();
    int from = in.readUnsignedByte();
    int count = in.readUnsignedByte();
    if (from + count > LIMBS) {
      throw new IOException("a damaged summary: a sum of " + (from + count) + " limbs");
    }
    for (int i = from; i < from + count; i++) {
      sum.limbs[i] = in.readLong();
    }
    return sum;
  }
}
