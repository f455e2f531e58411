// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.plan.Analysis;
import org.hubbeam.plan.AnalyzerNode;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;

/** The steps of the analyzers of a phase that are custom transforms. */
final class ExternalSteps {

  private final Phase phase;

  ExternalSteps(Phase phase) {
    this.phase = phase;
  }

  /** The inputs of an analyzer as a batch: {@code input_0}, {@code input_1}, ... */
  static Batch inputs(List<Array> taken) {
    Map<String, Array> columns = new LinkedHashMap<>();
    for (Array array : taken) {
      columns.put("input_" + columns.size(), array);
    }
    return Batch.of(columns);
  }

  /**
   * The results of the transforms.
   *
   * @param batches the inputs by the number of the analyzer
   * @throws IllegalArgumentException when an analyzer is no transform of batches
   */
  List<PCollection<AnalyzerResults>> results(PCollection<KV<Integer, Batch>> batches) {
    List<PCollection<AnalyzerResults>> results = new ArrayList<>();
    List<Phase.Step> steps = phase.externals();
    for (int i = 0; i < steps.size(); i++) {
      AnalyzerNode node = steps.get(i).node();
      String name = "Phase " + phase.number() + " " + node.name();
      results.add(
          batches
              .apply(name + " inputs", ParDo.of(new OfNumberFn(i)))
              .setCoder(BatchCoder.of())
              .apply(name, transform(node))
              .apply(name + " results", ParDo.of(new ResultsFn(node)))
              .setCoder(AnalyzerResultsCoder.of()));
    }
    return results;
  }

  @SuppressWarnings("unchecked") // what it is a transform of cannot be seen
  private static PTransform<PCollection<Batch>, PCollection<Batch>> transform(AnalyzerNode node) {
    Serializable transform = ((Analysis.External) node.analysis()).transform();
    if (!(transform instanceof PTransform<?, ?>)) {
      throw new IllegalArgumentException(
          "the analyzer "
              + node.name()
              + " must be a PTransform of batches, but is a "
              + transform.getClass().getName());
    }
    return (PTransform<PCollection<Batch>, PCollection<Batch>>) transform;
  }

  private static final class OfNumberFn extends DoFn<KV<Integer, Batch>, Batch> {
    private static final long serialVersionUID = 1;
    private final int number;

    OfNumberFn(int number) {
      this.number = number;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Batch> batch, OutputReceiver<Batch> out) {
      if (batch.getKey() == number) {
        out.output(batch.getValue());
      }
    }
  }

  /** Takes the results out of their batch of one row. */
  private static final class ResultsFn extends DoFn<Batch, AnalyzerResults> {
    private static final long serialVersionUID = 1;
    private final AnalyzerNode node;

    ResultsFn(AnalyzerNode node) {
      this.node = node;
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<AnalyzerResults> out) {
      List<ArraySpec> specs = ((Analysis.External) node.analysis()).outputs();
      Map<String, Array.Dense> arrays = new LinkedHashMap<>();
      for (int i = 0; i < specs.size(); i++) {
        arrays.put(node.outputs().get(i), result(batch, specs.get(i)));
      }
      out.output(new AnalyzerResults(arrays, Map.of()));
    }

    private Array.Dense result(Batch batch, ArraySpec spec) {
      Array column = batch.columns().get(spec.name());
      if (batch.rows() == 1 && column instanceof Array.Dense dense) {
        List<Long> dims = dense.dims().subList(1, dense.dims().size());
        if (dense.dtype() == spec.dtype() && spec.shape().admits(dims)) {
          return new Array.Dense(dims, dense.values());
        }
      }
      throw new IllegalStateException(
          "the analyzer "
              + node.name()
              + " must return "
              + spec
              + " in a batch of one row; it returned "
              + batch.rows()
              + " rows of "
              + (column == null ? batch.columns().keySet() : column.spec(spec.name())));
    }
  }
}
