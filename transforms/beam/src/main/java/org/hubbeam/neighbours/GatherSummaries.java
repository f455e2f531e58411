// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Internal;

/**
 * Brings the summaries of all bundles together, as GroupByKey does, whatever their size. Engines
 * sort records in buffers of some megabytes, and a summary of long vectors is longer; so summaries
 * travel in pieces.
 */
@Internal
public final class GatherSummaries
    extends PTransform<PCollection<KV<Void, byte[]>>, PCollection<KV<Void, Iterable<byte[]>>>> {
  private static final long serialVersionUID = 1;

  static final int PIECE_BYTES = 1 << 20;

  /** Which summary, how many pieces it has, and which of them this is. */
  private static final int HEADER_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES;

  @Override
  public PCollection<KV<Void, Iterable<byte[]>>> expand(PCollection<KV<Void, byte[]>> summaries) {
    return summaries
        .apply("Cut", ParDo.of(new CutFn()))
        .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()))
        .apply("Join", ParDo.of(new JoinFn()))
        .setCoder(KvCoder.of(VoidCoder.of(), IterableCoder.of(ByteArrayCoder.of())));
  }

  private static final class CutFn extends DoFn<KV<Void, byte[]>, KV<Integer, byte[]>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element KV<Void, byte[]> summary, OutputReceiver<KV<Integer, byte[]>> out) {
      byte[] bytes = summary.getValue();
      UUID id = UUID.randomUUID();
      int pieces = Math.max(1, (bytes.length + PIECE_BYTES - 1) / PIECE_BYTES);
      for (int piece = 0; piece < pieces; piece++) {
        int from = piece * PIECE_BYTES;
        int length = Math.min(PIECE_BYTES, bytes.length - from);
        byte[] record =
            ByteBuffer.allocate(HEADER_BYTES + length)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putInt(pieces)
                .putInt(piece)
                .put(bytes, from, length)
                .array();
        out.output(KV.of(0, record));
      }
    }
  }

  static final class JoinFn extends DoFn<KV<Integer, byte[]>, KV<Void, Iterable<byte[]>>> {
    private static final long serialVersionUID = 1;

    @StateId("pieces")
    private final StateSpec<BagState<byte[]>> piecesSpec = StateSpecs.bag(ByteArrayCoder.of());

    @TimerId("all")
    private final TimerSpec allSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    /** Keeps a piece. */
    @ProcessElement
    public void process(
        @Element KV<Integer, byte[]> piece,
        BoundedWindow window,
        @StateId("pieces") BagState<byte[]> pieces,
        @TimerId("all") Timer all) {
      pieces.add(piece.getValue());
      all.set(window.maxTimestamp());
    }

    /** Joins the pieces of each summary. */
    @OnTimer("all")
    public void join(
        @StateId("pieces") BagState<byte[]> found, OutputReceiver<KV<Void, Iterable<byte[]>>> out) {
      Map<UUID, Pieces> summaries = new TreeMap<>();
      for (byte[] record : found.read()) {
        ByteBuffer bytes = ByteBuffer.wrap(record);
        UUID id = new UUID(bytes.getLong(), bytes.getLong());
        int count = bytes.getInt();
        int piece = bytes.getInt();
        summaries
            .computeIfAbsent(id, key -> new Pieces(count, new TreeMap<>()))
            .found
            .put(piece, bytes.slice());
      }
      found.clear();
      List<byte[]> whole = new ArrayList<>();
      summaries.values().forEach(pieces -> whole.add(pieces.joined()));
      out.output(KV.of(null, whole));
    }
  }

  /** Those of one summary, in their order. */
  private record Pieces(int count, SortedMap<Integer, ByteBuffer> found) {

    byte[] joined() {
      if (found.size() != count) {
        throw new IllegalStateException(
            "a summary has " + found.size() + " of its " + count + " pieces");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (ByteBuffer piece : found.values()) {
        bytes.write(piece.array(), piece.arrayOffset(), piece.remaining());
      }
      return bytes.toByteArray();
    }
  }
}
