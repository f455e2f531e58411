// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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
import org.hubbeam.search.RowId;

/**
 * Decides, of all edges, which rows are dropped: all of a connected group but the first. One worker
 * has the edges of all groups in memory.
 */
final class VerdictsFn extends DoFn<KV<Integer, byte[]>, KV<Integer, byte[]>> {
  private static final long serialVersionUID = 1;

  @StateId("edges")
  private final StateSpec<BagState<byte[]>> edgesSpec = StateSpecs.bag(ByteArrayCoder.of());

  @TimerId("all")
  private final TimerSpec allSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  /**
   * Why a row is dropped.
   *
   * @param kept the row of its group that is kept
   * @param resembles the row that it resembles most
   * @param score their cosine
   */
  record Verdict(RowId dropped, RowId kept, RowId resembles, float score) {
    private byte[] encode() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      RankedId.writeId(out, dropped);
      RankedId.writeId(out, kept);
      RankedId.writeId(out, resembles);
      out.writeFloat(score);
      return bytes.toByteArray();
    }

    static Verdict decode(byte[] bytes) throws IOException {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      return new Verdict(
          RankedId.readId(in), RankedId.readId(in), RankedId.readId(in), in.readFloat());
    }
  }

  /** Adds an edge to the others. */
  @ProcessElement
  public void process(
      @Element KV<Integer, byte[]> edge,
      BoundedWindow window,
      @StateId("edges") BagState<byte[]> edges,
      @TimerId("all") Timer all) {
    edges.add(edge.getValue());
    all.set(window.maxTimestamp());
  }

  /** Decides about all rows that have an edge. */
  @OnTimer("all")
  public void decide(
      @StateId("edges") BagState<byte[]> found, OutputReceiver<KV<Integer, byte[]>> out)
      throws IOException {
    SpanningForest forest = new SpanningForest();
    for (byte[] bytes : found.read()) {
      forest.add(BlockEdgesFn.decode(bytes));
    }
    found.clear();
    List<Edge> edges = forest.forest();
    SpanningForest.Roots roots = new SpanningForest.Roots();
    Map<RankedId, Edge> best = new HashMap<>();
    for (Edge edge : edges) {
      roots.join(edge.first(), edge.second());
      best.putIfAbsent(edge.first(), edge);
      best.putIfAbsent(edge.second(), edge);
    }
    for (Map.Entry<RankedId, Edge> entry : best.entrySet()) {
      RankedId row = entry.getKey();
      RankedId kept = roots.of(row);
      if (!kept.equals(row)) {
        Edge edge = entry.getValue();
        RankedId other = edge.first().equals(row) ? edge.second() : edge.first();
        Verdict verdict = new Verdict(row.id(), kept.id(), other.id(), (float) edge.score());
        out.output(KV.of(Buckets.of(row.id()), verdict.encode()));
      }
    }
  }
}
