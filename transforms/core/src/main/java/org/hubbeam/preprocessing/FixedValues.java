// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Domain;
import org.hubbeam.plan.GraphIndex;
import org.hubbeam.plan.TracedArray;
import org.hubbeam.plan.TracedFunction;

/** Values of a function that are the same for every row, once its analyzers are known. */
final class FixedValues {

  private static final String FUNCTION = "values";

  private FixedValues() {}

  /**
   * Looks whether what is wanted of a trace can be known without a row.
   *
   * @throws IllegalArgumentException naming what is wanted and the column that it needs
   */
  static void check(TracedFunction trace) {
    GraphIndex index = new GraphIndex(trace.graph());
    for (TracedFunction.Output output : trace.outputs()) {
      if (output.domain() instanceof Domain.LookupIds ids) {
        String what = "the table size of the output '" + output.array().spec().name() + "'";
        check(trace, index, what, ids.size());
      }
    }
    for (TracedFunction.Report report : trace.reports()) {
      if (report instanceof TracedFunction.Report.Value value) {
        check(trace, index, "the report '" + report.name() + "'", value.array().tensors().get(0));
      }
    }
  }

  private static void check(TracedFunction trace, GraphIndex index, String what, String tensor) {
    Set<String> needed = index.needed(List.of(tensor));
    for (TracedArray input : trace.inputs()) {
      if (input.tensors().stream().map(GraphIndex::node).anyMatch(needed::contains)) {
        throw new IllegalArgumentException(
            what
                + " needs the column '"
                + input.spec().name()
                + "'; allowed is what is the same for every row");
      }
    }
  }

  /**
   * What is known, with the sizes of {@link Domain.LookupIds} under the names of their tensors.
   *
   * @param staged makes a file's location one of this machine
   */
  static AnalyzerResults withSizes(
      TracedFunction trace, AnalyzerResults results, Function<String, Path> staged)
      throws IOException {
    List<String> tensors = new ArrayList<>();
    for (TracedFunction.Output output : trace.outputs()) {
      if (output.domain() instanceof Domain.LookupIds ids && !tensors.contains(ids.size())) {
        tensors.add(ids.size());
      }
    }
    List<TracedArray> sizes =
        tensors.stream()
            .map(
                tensor ->
                    new TracedArray(
                        new ArraySpec(tensor, DType.INT64, Shape.of(), Layout.DENSE),
                        List.of(tensor)))
            .toList();
    return results.with(new AnalyzerResults(evaluate(trace, results, staged, sizes), Map.of()));
  }

  /**
   * What the function reports, by name, in the order it was asked for.
   *
   * @param staged makes a file's location one of this machine
   */
  static Map<String, Array.Dense> reported(
      TracedFunction trace, AnalyzerResults results, Function<String, Path> staged)
      throws IOException {
    List<TracedArray> wanted = new ArrayList<>();
    for (TracedFunction.Report report : trace.reports()) {
      if (report instanceof TracedFunction.Report.Value value) {
        wanted.add(value.array());
      }
    }
    Map<String, Array.Dense> values = evaluate(trace, results, staged, wanted);
    Map<String, Array.Dense> reported = new LinkedHashMap<>();
    for (TracedFunction.Report report : trace.reports()) {
      reported.put(
          report.name(),
          report instanceof TracedFunction.Report.Tokens tokens
              ? tokens(results.file(tokens.file()))
              : values.get(report.name()));
    }
    return reported;
  }

  private static Array.Dense tokens(AnalyzerResults.File file) {
    return new Array.Dense(List.of(), Values.of(file.size().kept()));
  }

  /**
   * Values that need no column, by the names of the arrays.
   *
   * @param staged makes a file's location one of this machine
   */
  static Map<String, Array.Dense> evaluate(
      TracedFunction trace,
      AnalyzerResults results,
      Function<String, Path> staged,
      List<TracedArray> wanted)
      throws IOException {
    Map<String, Array.Dense> values = new LinkedHashMap<>();
    List<TracedArray> derived = new ArrayList<>();
    for (TracedArray array : wanted) {
      Array.Dense bound = results.arrays().get(GraphIndex.node(array.tensors().get(0)));
      if (bound == null) {
        derived.add(array);
      } else {
        values.put(array.spec().name(), bound);
      }
    }
    if (!derived.isEmpty()) {
      values.putAll(computed(TracedModule.of(trace, results, staged), trace, derived));
    }
    return values;
  }

  private static Map<String, Array.Dense> computed(
      TracedModule traced, TracedFunction trace, List<TracedArray> arrays) throws IOException {
    Map<ArraySpec, List<String>> outputs = new LinkedHashMap<>();
    for (int i = 0; i < arrays.size(); i++) {
      ArraySpec spec = arrays.get(i).spec();
      outputs.put(
          new ArraySpec("value_" + i, spec.dtype(), spec.shape(), spec.layout()),
          arrays.get(i).tensors());
    }
    ModuleWriter writer = ModuleWriter.create();
    traced.add(writer, FUNCTION, FunctionInputs.of(), trace.graph(), Map.of(), outputs);
    Path folder = Files.createTempDirectory("hubbeam-values");
    try {
      Path written = folder.resolve(FUNCTION);
      writer.write(written);
      ModuleOptions options = ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL);
      try (Module module = Module.load(written, options)) {
        Map<String, Array> results = module.function(FunctionChoice.of(FUNCTION)).call(Map.of());
        Map<String, Array.Dense> values = new LinkedHashMap<>();
        for (int i = 0; i < arrays.size(); i++) {
          values.put(arrays.get(i).spec().name(), (Array.Dense) results.get("value_" + i));
        }
        return values;
      }
    } finally {
      FileTrees.delete(folder);
    }
  }
}
