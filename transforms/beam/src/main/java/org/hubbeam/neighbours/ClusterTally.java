// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/** How many rows each cluster has, how far they are, and which are nearest. For one thread. */
final class ClusterTally {

  /** How many rows are named. */
  private static final int NAMED = 5;

  private static final int BITS = 30;

  /** Sums are whole numbers of this, so that they do not depend on an order. */
  private final double unit;

  private final long[] rows;
  private final long[] sums;
  private final List<TreeSet<Member>> nearest = new ArrayList<>();

  /** A row of a cluster. */
  record Member(float distance, String id) implements Comparable<Member> {
    private static final Comparator<Member> ORDER =
        Comparator.comparingDouble((Member m) -> m.distance).thenComparing(m -> m.id);

    @Override
    public int compareTo(Member other) {
      return ORDER.compare(this, other);
    }
  }

  private ClusterTally(int clusters, double farthest) {
    unit = Math.scalb(1.0, Math.getExponent(farthest) + 1 - BITS);
    rows = new long[clusters];
    sums = new long[clusters];
    for (int i = 0; i < clusters; i++) {
      nearest.add(new TreeSet<>());
    }
  }

  /** Nothing yet of the clusters of a model. */
  static ClusterTally of(ClusterModel model) {
    double farthest = 2 * Math.sqrt(model.cells()) * Math.max(model.largest(), Float.MIN_NORMAL);
    return new ClusterTally(model.values().length / model.cells(), farthest);
  }

  /** Adds a row of a cluster. */
  void add(int cluster, float distance, Supplier<String> id) {
    rows[cluster]++;
    sums[cluster] += Math.round(distance / unit);
    TreeSet<Member> members = nearest.get(cluster);
    if (members.size() < NAMED || distance <= members.last().distance) {
      add(members, new Member(distance, id.get()));
    }
  }

  private static void add(NavigableSet<Member> members, Member member) {
    members.add(member);
    if (members.size() > NAMED) {
      members.pollLast();
    }
  }

  void merge(ClusterTally other) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] += other.rows[i];
      sums[i] += other.sums[i];
      for (Member member : other.nearest.get(i)) {
        add(nearest.get(i), member);
      }
    }
  }

  long[] rows() {
    return rows.clone();
  }

  /** The mean distance of each; 0 without rows. */
  float[] means() {
    float[] means = new float[rows.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = rows[i] == 0 ? 0 : (float) (sums[i] * unit / rows[i]);
    }
    return means;
  }

  /** The rows that are nearest to the centroid, in order. */
  List<String> nearest(int cluster) {
    return nearest.get(cluster).stream().map(Member::id).toList();
  }

  byte[] encode() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int i = 0; i < rows.length; i++) {
      out.writeLong(rows[i]);
      out.writeLong(sums[i]);
      out.writeInt(nearest.get(i).size());
      for (Member member : nearest.get(i)) {
        out.writeFloat(member.distance);
        byte[] id = member.id.getBytes(StandardCharsets.UTF_8);
        out.writeInt(id.length);
        out.write(id);
      }
    }
    return bytes.toByteArray();
  }

  static ClusterTally decode(byte[] bytes, ClusterModel model) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    ClusterTally tally = of(model);
    for (int i = 0; i < tally.rows.length; i++) {
      tally.rows[i] = in.readLong();
      tally.sums[i] = in.readLong();
      for (int left = in.readInt(); left > 0; left--) {
        float distance = in.readFloat();
        byte[] id = in.readNBytes(in.readInt());
        tally.nearest.get(i).add(new Member(distance, new String(id, StandardCharsets.UTF_8)));
      }
    }
    return tally;
  }
}
