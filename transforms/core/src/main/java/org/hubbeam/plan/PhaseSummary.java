// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.hubbeam.reducer.Reducer;

/**
 * The summaries of all analyzers of a phase. Adding data to several and merging them gives the same
 * result as adding all data to one. Not thread-safe.
 */
@Internal
public final class PhaseSummary {

  private final int phase;
  private final List<Slot<?>> slots;
  private long refused;

  private PhaseSummary(int phase, List<Slot<?>> slots) {
    this.phase = phase;
    this.slots = slots;
  }

  /** An empty summary. */
  public static PhaseSummary of(Phase phase) {
    List<Slot<?>> slots = new ArrayList<>();
    for (int place = 0; place < phase.steps().size(); place++) {
      Phase.Step step = phase.steps().get(place);
      if (step.node().analysis() instanceof Analysis.Reduction reduction) {
        slots.add(new Slot<>(place, step, reduction.reducer()));
      } else if (step.node().analysis() instanceof Analysis.Filed file) {
        slots.add(new Slot<>(place, step, file.reducer()));
      }
    }
    return new PhaseSummary(phase.number(), slots);
  }

  private static final class Slot<S> {
    private final int place;
    private final Phase.Step step;
    private final Reducer<S> reducer;
    private S summary;

    Slot(int place, Phase.Step step, Reducer<S> reducer) {
      this.place = place;
      this.step = step;
      this.reducer = reducer;
      this.summary = reducer.empty();
    }

    void add(Map<String, Array> columns, Map<String, Array> computed) {
      List<Array> inputs = step.inputs(columns, computed);
      try {
        reducer.add(summary, inputs);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(step.node().name() + ": " + e.getMessage(), e);
      }
    }

    @SuppressWarnings(
        "unchecked") // the slots of one phase have the same reducers in the same order
    void merge(Slot<?> other) {
      reducer.merge(summary, (S) other.summary);
    }

    void encode(DataOutput out) throws IOException {
      reducer.encode(summary, out);
    }

    void decode(DataInput in) throws IOException {
      summary = reducer.decode(in);
    }
  }

  /**
   * Adds one batch.
   *
   * @param columns the columns of the data
   * @param computed the arrays that the graph computed from them
   */
  public void add(Map<String, Array> columns, Map<String, Array> computed) {
    slots.forEach(s -> s.add(columns, computed));
  }

  /** Counts a row from which the graph could not compute what is added. */
  public void refuse() {
    refused++;
  }

  /** The number of rows that were refused. */
  public long refused() {
    return refused;
  }

  /** Merges another summary of the same phase, which must not be used afterwards. */
  public void merge(PhaseSummary other) {
    if (slots.size() != other.slots.size()) {
      throw new IllegalArgumentException("summaries of different phases cannot be merged");
    }
    for (int i = 0; i < slots.size(); i++) {
      slots.get(i).merge(other.slots.get(i));
    }
    refused += other.refused;
  }

  /** Writes the summaries one after another, then the number of refused rows. */
  public void encode(DataOutput out) throws IOException {
    for (Slot<?> slot : slots) {
      slot.encode(out);
    }
    out.writeLong(refused);
  }

  /**
   * The summary of each analyzer that has one, as {@link #encode} writes it, by the place of its
   * step in the phase.
   */
  public Map<Integer, byte[]> parts() throws IOException {
    Map<Integer, byte[]> parts = new LinkedHashMap<>();
    for (Slot<?> slot : slots) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      slot.encode(new DataOutputStream(bytes));
      parts.put(slot.place, bytes.toByteArray());
    }
    return parts;
  }

  /** Reads what {@link #encode} wrote for the same phase. */
  public static PhaseSummary decode(Phase phase, DataInput in) throws IOException {
    PhaseSummary summary = of(phase);
    for (Slot<?> slot : summary.slots) {
      slot.decode(in);
    }
    summary.refused = in.readLong();
    return summary;
  }

  /**
   * The results.
   *
   * @param folder where files are written
   */
  public AnalyzerResults finish(Path folder) throws IOException {
    Map<String, Array.Dense> arrays = new LinkedHashMap<>();
    Map<String, AnalyzerResults.File> files = new LinkedHashMap<>();
    for (Slot<?> slot : slots) {
      finish(slot, folder, arrays, files);
    }
    return new AnalyzerResults(arrays, files, refused > 0 ? Set.of(phase) : Set.of());
  }

  private static <S> void finish(
      Slot<S> slot,
      Path folder,
      Map<String, Array.Dense> arrays,
      Map<String, AnalyzerResults.File> files)
      throws IOException {
    AnalyzerNode node = slot.step.node();
    List<Array.Dense> results = slot.reducer.finish(slot.summary);
    if (node.analysis() instanceof Analysis.Filed file) {
      Path written = folder.resolve(file.fileName());
      AnalyzerResults.Size size = file.write(written, results);
      files.put(
          node.outputs().get(0),
          new AnalyzerResults.File(file.fileName(), written.toString(), size));
      return;
    }
    if (results.size() != node.outputs().size()) {
      throw new IllegalStateException(
          node.name() + " gave " + results.size() + " results, not " + node.outputs().size());
    }
    for (int i = 0; i < results.size(); i++) {
      arrays.put(node.outputs().get(i), results.get(i));
    }
  }
}
