// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/**
 * The edges of a block: those of the maximum spanning forest of its pairs. The rows come one by
 * one: where they were grouped, Flink would make one record of a block, for which its buffers may
 * have no room.
 */
final class BlockEdgesFn extends DoFn<KV<Integer, byte[]>, KV<Integer, byte[]>> {
  private static final long serialVersionUID = 1;

  @StateId("members")
  private final StateSpec<BagState<byte[]>> membersSpec = StateSpecs.bag(ByteArrayCoder.of());

  @TimerId("whole")
  private final TimerSpec wholeSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final double threshold;

  BlockEdgesFn(double threshold) {
    this.threshold = threshold;
  }

  /** Adds a row to its block. */
  @ProcessElement
  public void process(
      @Element KV<Integer, byte[]> member,
      BoundedWindow window,
      @StateId("members") BagState<byte[]> members,
      @TimerId("whole") Timer whole) {
    members.add(member.getValue());
    whole.set(window.maxTimestamp());
  }

  /** Finds the edges of a block. */
  @OnTimer("whole")
  public void compare(
      @StateId("members") BagState<byte[]> block, OutputReceiver<KV<Integer, byte[]>> out)
      throws IOException {
    List<BlocksFn.Member> members = new ArrayList<>();
    Map<Content, float[]> vectors = new HashMap<>();
    for (byte[] bytes : block.read()) {
      BlocksFn.Member member = BlocksFn.Member.decode(bytes);
      float[] before = vectors.putIfAbsent(new Content(member.vector()), member.vector());
      members.add(
          before == null ? member : new BlocksFn.Member(member.row(), member.isHome(), before));
    }
    block.clear();
    members.sort(Comparator.comparing(BlocksFn.Member::row));
    for (Edge edge : forest(members).forest()) {
      out.output(KV.of(0, encode(edge)));
    }
  }

  private SpanningForest forest(List<BlocksFn.Member> members) {
    SpanningForest forest = new SpanningForest();
    List<BlocksFn.Member> different = withoutCopies(members, forest);
    int cells = members.get(0).vector().length;
    float[] vectors = new float[Math.multiplyExact(different.size(), cells)];
    BitSet home = new BitSet();
    for (int i = 0; i < different.size(); i++) {
      System.arraycopy(different.get(i).vector(), 0, vectors, i * cells, cells);
      home.set(i, different.get(i).isHome());
    }
    new PairFinder(
            cells,
            threshold,
            (one, other, score) ->
                forest.add(Edge.of(different.get(one).row(), different.get(other).row(), score)))
        .find(vectors, home);
    return forest;
  }

  /**
   * The rows with different vectors. The first row of each vector stands for its copies: the best
   * edge of each of these is to it, with a cosine of 1.
   */
  private static List<BlocksFn.Member> withoutCopies(
      List<BlocksFn.Member> ordered, SpanningForest forest) {
    Map<Content, BlocksFn.Member> first = new HashMap<>();
    List<BlocksFn.Member> different = new ArrayList<>();
    for (BlocksFn.Member member : ordered) {
      BlocksFn.Member before = first.putIfAbsent(new Content(member.vector()), member);
      if (before == null) {
        different.add(member);
      } else if (member.isHome()) {
        forest.add(Edge.of(before.row(), member.row(), 1));
      }
    }
    return different;
  }

  /** A vector by its numbers. */
  private record Content(float[] vector) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Content c && Arrays.equals(c.vector, vector);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(vector);
    }
  }

  private static byte[] encode(Edge edge) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    edge.first().write(out);
    edge.second().write(out);
    out.writeDouble(edge.score());
    return bytes.toByteArray();
  }

  static Edge decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    return new Edge(RankedId.read(in), RankedId.read(in), in.readDouble());
  }
}
