// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;

/** The most confident mistakes, of so many at most. Equal ones are one. */
final class Mistakes {

  private final int most;
  private final TreeSet<Mistake> kept = new TreeSet<>();

  Mistakes(int most) {
    this.most = most;
  }

  /** Whether a mistake of this size would be kept. */
  boolean takes(double error) {
    return most > 0 && (kept.size() < most || error >= kept.last().error());
  }

  void add(Mistake mistake) {
    kept.add(mistake);
    if (kept.size() > most) {
      kept.pollLast();
    }
  }

  void merge(Mistakes other) {
    other.kept.forEach(this::add);
  }

  List<Mistake> list() {
    return List.copyOf(kept);
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(kept.size());
    for (Mistake mistake : kept) {
      for (String text :
          List.of(mistake.id(), mistake.shown(), mistake.truth(), mistake.predicted())) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
      }
      out.writeDouble(mistake.error());
      out.writeDouble(mistake.truthScore());
    }
  }

  static Mistakes read(DataInput in, int most) throws IOException {
    Mistakes mistakes = new Mistakes(most);
    int size = Encoding.readSize(in);
    for (int i = 0; i < size; i++) {
      mistakes.add(
          new Mistake(text(in), text(in), text(in), text(in), in.readDouble(), in.readDouble()));
    }
    return mistakes;
  }

  private static String text(DataInput in) throws IOException {
    return new String(Encoding.readBytes(in, Encoding.readSize(in)), StandardCharsets.UTF_8);
  }
}
