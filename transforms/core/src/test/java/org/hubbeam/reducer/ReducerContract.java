// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;

/** What every reducer promises, whatever it computes. */
abstract class ReducerContract<S> {

  /** The reducer that is tested. */
  abstract Reducer<S> reducer();

  /** So many rows of what it takes, with NaN and missing values where there can be any. */
  abstract List<Array> batch(Random random, int rows);

  /** How far floats may differ that were added in another order, relative. */
  double tolerance() {
    return 1e-6;
  }

  private List<List<Array>> batches(long seed) {
    Random random = new Random(seed);
    List<List<Array>> batches = new ArrayList<>();
    for (int rows : new int[] {3, 0, 17, 1, 40, 2}) {
      batches.add(batch(random, rows));
    }
    return batches;
  }

  private S summary(List<List<Array>> batches) {
    S summary = reducer().empty();
    batches.forEach(batch -> reducer().add(summary, batch));
    return summary;
  }

  private List<Array.Dense> expected(long seed) {
    return reducer().finish(summary(batches(seed)));
  }

  @Test
  void anySplitGivesTheSame() throws IOException {
    for (int seed = 0; seed < 5; seed++) {
      List<Array.Dense> expected = expected(seed);
      for (int cut = 0; cut <= 6; cut++) {
        S left = summary(batches(seed).subList(0, cut));
        reducer().merge(left, summary(batches(seed).subList(cut, 6)));
        same(reducer().finish(left), expected);
      }
    }
  }

  @Test
  void rowByRowGivesTheSame() {
    S single = reducer().empty();
    for (List<Array> batch : batches(1)) {
      for (int row = 0; row < batch.get(0).rows(); row++) {
        int at = row;
        reducer().add(single, batch.stream().map(c -> c.slice(at, at + 1)).toList());
      }
    }
    same(reducer().finish(single), expected(1));
  }

  @Test
  void anyOrderGivesTheSame() {
    for (int seed = 0; seed < 5; seed++) {
      List<List<Array>> shuffled = batches(seed);
      Collections.shuffle(shuffled, new Random(seed + 100));
      same(reducer().finish(summary(shuffled)), expected(seed));
    }
  }

  @Test
  void mergingIsAssociative() {
    List<List<Array>> batches = batches(2);
    S rightFirst = summary(batches.subList(2, 4));
    reducer().merge(rightFirst, summary(batches.subList(4, 6)));
    S all = summary(batches.subList(0, 2));
    reducer().merge(all, rightFirst);
    S leftFirst = summary(batches.subList(0, 2));
    reducer().merge(leftFirst, summary(batches.subList(2, 4)));
    reducer().merge(leftFirst, summary(batches.subList(4, 6)));
    same(reducer().finish(all), reducer().finish(leftFirst));
  }

  @Test
  void nothingIsNeutral() {
    S summary = reducer().empty();
    reducer().merge(summary, summary(batches(3)));
    reducer().merge(summary, reducer().empty());
    same(reducer().finish(summary), expected(3));
  }

  @Test
  void rowlessBatchesAreLikeNone() {
    S summary = reducer().empty();
    List<Array.Dense> before = reducer().finish(summary);
    reducer().add(summary, batch(new Random(4), 0));
    assertThat(reducer().finish(summary)).isEqualTo(before);
  }

  @Test
  void finishingLeavesTheSummaryAsItIs() {
    S summary = summary(batches(5).subList(0, 3));
    assertThat(reducer().finish(summary)).isEqualTo(reducer().finish(summary));
    batches(5).subList(3, 6).forEach(batch -> reducer().add(summary, batch));
    same(reducer().finish(summary), expected(5));
  }

  @Test
  void bytesAndBackGoOn() throws IOException {
    for (int cut = 0; cut <= 6; cut++) {
      S back = decode(encode(summary(batches(6).subList(0, cut))));
      assertThat(encode(back)).isEqualTo(encode(summary(batches(6).subList(0, cut))));
      S other = decode(encode(summary(batches(6).subList(cut, 6))));
      reducer().merge(back, other);
      same(reducer().finish(back), expected(6));
    }
    S grown = decode(encode(summary(batches(6).subList(0, 3))));
    batches(6).subList(3, 6).forEach(batch -> reducer().add(grown, batch));
    same(reducer().finish(grown), expected(6));
  }

  @Test
  void bytesCutOffAreRefused() throws IOException {
    byte[] whole = encode(summary(batches(7)));
    for (int length = 0; length < whole.length; length += 1 + whole.length / 50) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decode(cut)).isInstanceOf(EOFException.class);
    }
    whole[0] = 99;
    assertThatThrownBy(() -> decode(whole))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("99");
  }

  @Test
  void resultsAreWhatIsPromised() {
    for (S summary : List.of(reducer().empty(), summary(batches(8)))) {
      List<Array.Dense> results = reducer().finish(summary);
      List<ArraySpec> outputs = reducer().outputs();
      assertThat(results).hasSameSizeAs(outputs);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).dtype()).isEqualTo(outputs.get(i).dtype());
        assertThat(outputs.get(i).shape().admits(results.get(i).dims()))
            .as("%s for %s", results.get(i).dims(), outputs.get(i))
            .isTrue();
      }
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void reducersTravel() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(reducer());
    }
    Object back = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertThat(((Reducer<S>) back).describe()).isEqualTo(reducer().describe());
    assertThat(back).isEqualTo(reducer()).hasSameHashCodeAs(reducer());
    List<List<Array>> batches = batches(9);
    S summary = ((Reducer<S>) back).empty();
    batches.forEach(batch -> ((Reducer<S>) back).add(summary, batch));
    same(((Reducer<S>) back).finish(summary), expected(9));
  }

  @Test
  void oneColumnTooManyIsRefused() {
    List<Array> columns = new ArrayList<>(batch(new Random(1), 2));
    columns.add(columns.get(0));
    assertThatThrownBy(() -> reducer().add(reducer().empty(), columns))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + columns.size());
  }

  private byte[] encode(S summary) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    reducer().encode(summary, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private S decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    S summary = reducer().decode(in);
    assertThat(in.available()).as("bytes left over").isZero();
    return summary;
  }

  private void same(List<Array.Dense> actual, List<Array.Dense> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      same(actual.get(i), expected.get(i), tolerance());
    }
  }

  /** The same numbers, but for the last digits of floats. */
  static void same(Array.Dense actual, Array.Dense expected, double tolerance) {
    assertThat(actual.dims()).isEqualTo(expected.dims());
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    if (!expected.dtype().isFloating()) {
      assertThat(actual.values()).isEqualTo(expected.values());
      return;
    }
    Values.Numbers a = (Values.Numbers) actual.values();
    Values.Numbers e = (Values.Numbers) expected.values();
    for (int i = 0; i < e.size(); i++) {
      double want = e.getDouble(i);
      if (Double.isFinite(want)) {
        assertThat(a.getDouble(i))
            .as("number %d of %s", i, expected.dims())
            .isCloseTo(
                want, org.assertj.core.data.Offset.offset(tolerance * Math.max(1, Math.abs(want))));
      } else {
        assertThat(a.getDouble(i)).isEqualTo(Double.valueOf(want));
      }
    }
  }
}
