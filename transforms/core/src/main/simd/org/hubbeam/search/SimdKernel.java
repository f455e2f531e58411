// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector instructions, where the JVM was started with {@code --add-modules jdk.incubator.vector}.
 * Four rows at a time, so that the processor waits for the memory of all four at once. {@code
 * reduceLanes} is not used: its order differs between versions and compilers.
 */
final class SimdKernel implements Kernel {

  private static final boolean WIDE = FloatVector.SPECIES_PREFERRED.length() >= LANES;
  private static final VectorSpecies<Float> S =
      WIDE ? FloatVector.SPECIES_512 : FloatVector.SPECIES_256;
  private static final int L = S.length();
  private static final VectorSpecies<Byte> CODES =
      WIDE ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
  private static final VectorShuffle<Float> X8 = VectorShuffle.fromOp(S, i -> (i ^ 8) & (L - 1));
  private static final VectorShuffle<Float> X4 = VectorShuffle.fromOp(S, i -> i ^ 4);
  private static final VectorShuffle<Float> X2 = VectorShuffle.fromOp(S, i -> i ^ 2);
  private static final VectorShuffle<Float> X1 = VectorShuffle.fromOp(S, i -> i ^ 1);
  private static final VectorMask<Float> M8 = VectorMask.fromLong(S, 0xff00 & (1L << L) - 1);
  private static final VectorMask<Float> M4 = VectorMask.fromLong(S, 0xf0f0 & (1L << L) - 1);
  private static final VectorMask<Float> M2 = VectorMask.fromLong(S, 0xcccc & (1L << L) - 1);

  @Override
  public void dots(
      float[] query, int queryAt, float[] data, int dimension, int[] rows, int count, float[] out) {
    float[] sums = new float[LANES];
    for (int k = 0; k < count; k += 4) {
      int last = count - 1;
      int a = rows[k] * dimension;
      int b = rows[Math.min(k + 1, last)] * dimension;
      int c = rows[Math.min(k + 2, last)] * dimension;
      int d = rows[Math.min(k + 3, last)] * dimension;
      if (WIDE) {
        wideDots(query, queryAt, data, dimension & -LANES, a, b, c, d, sums);
      } else {
        dots(query, queryAt, data, dimension & -LANES, a, b, c, d, sums);
      }
      int n = Math.min(4, count - k);
      for (int r = 0; r < n; r++) {
        float sum = sums[r];
        int at = rows[k + r] * dimension;
        for (int i = dimension & -LANES; i < dimension; i++) {
          sum += query[queryAt + i] * data[at + i];
        }
        out[k + r] = sum;
      }
    }
  }

  private static void wideDots(
      float[] query, int from, float[] data, int n, int a, int b, int c, int d, float[] sums) {
    FloatVector p = FloatVector.zero(S);
    FloatVector q = p;
    FloatVector r = p;
    FloatVector s = p;
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = FloatVector.fromArray(S, query, from + i);
      p = FloatVector.fromArray(S, data, a + i).mul(v).add(p);
      q = FloatVector.fromArray(S, data, b + i).mul(v).add(q);
      r = FloatVector.fromArray(S, data, c + i).mul(v).add(r);
      s = FloatVector.fromArray(S, data, d + i).mul(v).add(s);
    }
    wideSums(p, q, r, s, sums);
  }

  private static void dots(
      float[] query, int from, float[] data, int n, int a, int b, int c, int d, float[] sums) {
    FloatVector p = FloatVector.zero(S);
    FloatVector q = p;
    FloatVector r = p;
    FloatVector s = p;
    FloatVector pp = p;
    FloatVector qq = p;
    FloatVector rr = p;
    FloatVector ss = p;
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = FloatVector.fromArray(S, query, from + i);
      p = FloatVector.fromArray(S, data, a + i).mul(v).add(p);
      q = FloatVector.fromArray(S, data, b + i).mul(v).add(q);
      r = FloatVector.fromArray(S, data, c + i).mul(v).add(r);
      s = FloatVector.fromArray(S, data, d + i).mul(v).add(s);
      FloatVector w = FloatVector.fromArray(S, query, from + i + 8);
      pp = FloatVector.fromArray(S, data, a + i + 8).mul(w).add(pp);
      qq = FloatVector.fromArray(S, data, b + i + 8).mul(w).add(qq);
      rr = FloatVector.fromArray(S, data, c + i + 8).mul(w).add(rr);
      ss = FloatVector.fromArray(S, data, d + i + 8).mul(w).add(ss);
    }
    sums(p.add(pp), q.add(qq), r.add(rr), s.add(ss), sums);
  }

  @Override
  public void squares(
      float[] query, int queryAt, float[] data, int dimension, int[] rows, int count, float[] out) {
    float[] sums = new float[LANES];
    for (int k = 0; k < count; k += 4) {
      int last = count - 1;
      int a = rows[k] * dimension;
      int b = rows[Math.min(k + 1, last)] * dimension;
      int c = rows[Math.min(k + 2, last)] * dimension;
      int d = rows[Math.min(k + 3, last)] * dimension;
      if (WIDE) {
        wideSquares(query, queryAt, data, dimension & -LANES, a, b, c, d, sums);
      } else {
        squares(query, queryAt, data, dimension & -LANES, a, b, c, d, sums);
      }
      int n = Math.min(4, count - k);
      for (int r = 0; r < n; r++) {
        float sum = sums[r];
        int at = rows[k + r] * dimension;
        for (int i = dimension & -LANES; i < dimension; i++) {
          float difference = query[queryAt + i] - data[at + i];
          sum += difference * difference;
        }
        out[k + r] = sum;
      }
    }
  }

  private static void wideSquares(
      float[] query, int from, float[] data, int n, int a, int b, int c, int d, float[] sums) {
    FloatVector p = FloatVector.zero(S);
    FloatVector q = p;
    FloatVector r = p;
    FloatVector s = p;
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = FloatVector.fromArray(S, query, from + i);
      FloatVector e = v.sub(FloatVector.fromArray(S, data, a + i));
      FloatVector f = v.sub(FloatVector.fromArray(S, data, b + i));
      FloatVector g = v.sub(FloatVector.fromArray(S, data, c + i));
      FloatVector h = v.sub(FloatVector.fromArray(S, data, d + i));
      p = e.mul(e).add(p);
      q = f.mul(f).add(q);
      r = g.mul(g).add(r);
      s = h.mul(h).add(s);
    }
    wideSums(p, q, r, s, sums);
  }

  private static void squares(
      float[] query, int from, float[] data, int n, int a, int b, int c, int d, float[] sums) {
    FloatVector p = FloatVector.zero(S);
    FloatVector q = p;
    FloatVector r = p;
    FloatVector s = p;
    for (int half = 0; half < LANES; half += 8) {
      FloatVector pp = FloatVector.zero(S);
      FloatVector qq = pp;
      FloatVector rr = pp;
      FloatVector ss = pp;
      for (int i = half; i < n; i += LANES) {
        FloatVector v = FloatVector.fromArray(S, query, from + i);
        FloatVector e = v.sub(FloatVector.fromArray(S, data, a + i));
        FloatVector f = v.sub(FloatVector.fromArray(S, data, b + i));
        FloatVector g = v.sub(FloatVector.fromArray(S, data, c + i));
        FloatVector h = v.sub(FloatVector.fromArray(S, data, d + i));
        pp = e.mul(e).add(pp);
        qq = f.mul(f).add(qq);
        rr = g.mul(g).add(rr);
        ss = h.mul(h).add(ss);
      }
      p = p.add(pp);
      q = q.add(qq);
      r = r.add(rr);
      s = s.add(ss);
    }
    sums(p, q, r, s, sums);
  }

  @Override
  public void codeDots(
      float[] query, byte[] codes, int dimension, int[] rows, int count, float[] out) {
    touch(codes, dimension, rows, count, out);
    float[] sums = new float[LANES];
    for (int k = 0; k < count; k += 4) {
      int last = count - 1;
      int a = rows[k] * dimension;
      int b = rows[Math.min(k + 1, last)] * dimension;
      int c = rows[Math.min(k + 2, last)] * dimension;
      int d = rows[Math.min(k + 3, last)] * dimension;
      codeDots(query, codes, dimension & -LANES, a, b, c, d, sums);
      int n = Math.min(4, count - k);
      for (int r = 0; r < n; r++) {
        float sum = sums[r];
        int at = rows[k + r] * dimension;
        for (int i = dimension & -LANES; i < dimension; i++) {
          sum += query[i] * codes[at + i];
        }
        out[k + r] = sum;
      }
    }
  }

  /** Reads each cache line of the rows, so that they come from the memory at the same time. */
  private static void touch(byte[] codes, int dimension, int[] rows, int count, float[] out) {
    int bits = 0;
    for (int k = 0; k < count; k++) {
      int end = (rows[k] + 1) * dimension;
      for (int i = end - dimension; i < end; i += 64) {
        bits |= codes[i];
      }
      bits |= codes[end - 1];
    }
    if (count > 0) {
      out[0] = bits;
    }
  }

  private static void codeDots(
      float[] query, byte[] codes, int n, int a, int b, int c, int d, float[] sums) {
    FloatVector p = FloatVector.zero(S);
    FloatVector q = p;
    FloatVector r = p;
    FloatVector s = p;
    for (int half = 0; half < LANES; half += L) {
      FloatVector pp = FloatVector.zero(S);
      FloatVector qq = pp;
      FloatVector rr = pp;
      FloatVector ss = pp;
      for (int i = half; i < n; i += LANES) {
        FloatVector v = FloatVector.fromArray(S, query, i);
        pp = floats(codes, a + i).mul(v).add(pp);
        qq = floats(codes, b + i).mul(v).add(qq);
        rr = floats(codes, c + i).mul(v).add(rr);
        ss = floats(codes, d + i).mul(v).add(ss);
      }
      p = p.add(pp);
      q = q.add(qq);
      r = r.add(rr);
      s = s.add(ss);
    }
    if (WIDE) {
      wideSums(p, q, r, s, sums);
    } else {
      sums(p, q, r, s, sums);
    }
  }

  private static FloatVector floats(byte[] codes, int at) {
    return (FloatVector)
        ByteVector.fromArray(CODES, codes, at).convertShape(VectorOperators.B2F, S, 0);
  }

  /** The sums of sixteen lanes each, to the first four of {@code sums}. */
  private static void wideSums(
      FloatVector p, FloatVector q, FloatVector r, FloatVector s, float[] sums) {
    FloatVector pq = p.blend(q, M8).add(q.blend(p, M8).rearrange(X8));
    FloatVector rs = r.blend(s, M8).add(s.blend(r, M8).rearrange(X8));
    FloatVector all = pq.blend(rs, M4).add(rs.blend(pq, M4).rearrange(X4));
    all = all.add(all.rearrange(X2));
    all.add(all.rearrange(X1)).intoArray(sums, 0);
    float second = sums[8];
    sums[2] = sums[4];
    sums[1] = second;
    sums[3] = sums[12];
  }

  /** The sums of eight lanes each, to the first four of {@code sums}. */
  private static void sums(
      FloatVector p, FloatVector q, FloatVector r, FloatVector s, float[] sums) {
    FloatVector pq = p.blend(q, M4).add(q.blend(p, M4).rearrange(X4));
    FloatVector rs = r.blend(s, M4).add(s.blend(r, M4).rearrange(X4));
    FloatVector all = pq.blend(rs, M2).add(rs.blend(pq, M2).rearrange(X2));
    all.add(all.rearrange(X1)).intoArray(sums, 0);
    sums[1] = sums[4];
    sums[3] = sums[6];
  }

  @Override
  public void block(
      float[] queries,
      float[] data,
      int dimension,
      int count,
      float[] bias,
      float[] thresholds,
      long[] above) {
    Arrays.fill(above, 0, count, 0);
    int fours = count & -4;
    for (int q = 0; q < QUERIES; q += 2 * L) {
      for (int row = 0; row < fours; row += 4) {
        fourRows(queries, q, data, dimension, row, bias, thresholds, above);
      }
    }
    for (int q = 0; q < QUERIES; q += 4 * L) {
      for (int row = fours; row < count; row++) {
        oneRow(queries, q, data, dimension, row, bias, thresholds, above);
      }
    }
  }

  private static void oneRow(
      float[] queries,
      int q,
      float[] data,
      int dimension,
      int row,
      float[] bias,
      float[] thresholds,
      long[] above) {
    FloatVector a = FloatVector.broadcast(S, bias[row]);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int at = row * dimension;
    for (int i = 0; i < dimension; i++) {
      int turned = QUERIES * i + q;
      FloatVector v = FloatVector.broadcast(S, data[at + i]);
      a = FloatVector.fromArray(S, queries, turned).fma(v, a);
      b = FloatVector.fromArray(S, queries, turned + L).fma(v, b);
      c = FloatVector.fromArray(S, queries, turned + 2 * L).fma(v, c);
      d = FloatVector.fromArray(S, queries, turned + 3 * L).fma(v, d);
    }
    above[row] |=
        bits(a, thresholds, q)
            | bits(b, thresholds, q + L)
            | bits(c, thresholds, q + 2 * L)
            | bits(d, thresholds, q + 3 * L);
  }

  private static long bits(FloatVector sums, float[] thresholds, int q) {
    return sums.compare(VectorOperators.GT, FloatVector.fromArray(S, thresholds, q)).toLong() << q;
  }

  /** Eight sums are what compilers keep in registers; with sixteen they do not. */
  private static void fourRows(
      float[] queries,
      int q,
      float[] data,
      int dimension,
      int row,
      float[] bias,
      float[] thresholds,
      long[] above) {
    FloatVector a = FloatVector.broadcast(S, bias[row]);
    FloatVector b = FloatVector.broadcast(S, bias[row + 1]);
    FloatVector c = FloatVector.broadcast(S, bias[row + 2]);
    FloatVector d = FloatVector.broadcast(S, bias[row + 3]);
    FloatVector aa = a;
    FloatVector bb = b;
    FloatVector cc = c;
    FloatVector dd = d;
    int second = (row + 1) * dimension;
    int third = second + dimension;
    int fourth = third + dimension;
    for (int i = 0; i < dimension; i++) {
      FloatVector x = FloatVector.fromArray(S, queries, QUERIES * i + q);
      FloatVector y = FloatVector.fromArray(S, queries, QUERIES * i + q + L);
      FloatVector v = FloatVector.broadcast(S, data[row * dimension + i]);
      a = x.fma(v, a);
      aa = y.fma(v, aa);
      v = FloatVector.broadcast(S, data[second + i]);
      b = x.fma(v, b);
      bb = y.fma(v, bb);
      v = FloatVector.broadcast(S, data[third + i]);
      c = x.fma(v, c);
      cc = y.fma(v, cc);
      v = FloatVector.broadcast(S, data[fourth + i]);
      d = x.fma(v, d);
      dd = y.fma(v, dd);
    }
    above[row] |= bits(a, thresholds, q) | bits(aa, thresholds, q + L);
    above[row + 1] |= bits(b, thresholds, q) | bits(bb, thresholds, q + L);
    above[row + 2] |= bits(c, thresholds, q) | bits(cc, thresholds, q + L);
    above[row + 3] |= bits(d, thresholds, q) | bits(dd, thresholds, q + L);
  }
}
