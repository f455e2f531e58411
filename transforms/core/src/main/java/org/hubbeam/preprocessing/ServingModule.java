// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.GraphIndex;
import org.hubbeam.plan.TracedArray;
import org.hubbeam.plan.TracedFunction;
import org.tensorflow.proto.GraphDef;

/**
 * A fitted function as TensorFlow Serving wants it: a SavedModel with the tag {@code serve} and two
 * signatures that give dense tensors only.
 *
 * <ul>
 *   <li>{@code serving_default} takes the raw columns by their names;
 *   <li>{@code serving_examples} takes {@code examples}, serialised {@code tf.Example} (string
 *       [n]). It is left out where a column is sparse or ragged in more than one dimension.
 * </ul>
 *
 * A column of lists is three tensors, in and out: {@code NAME_indices} int64 [m, 2], {@code
 * NAME_values} [m] and {@code NAME_dense_shape} int64 [2]; a ragged one {@code NAME_values} and
 * {@code NAME_row_splits_1}, ...
 */
final class ServingModule {

  private static final String DEFAULT = "serving_default";
  private static final String EXAMPLES = "serving_examples";

  private final TracedFunction trace;
  private final List<TracedArray> inputs;
  private final Map<ArraySpec, List<String>> outputs = new LinkedHashMap<>();

  private ServingModule(TracedFunction trace, Set<String> labels) {
    this.trace = trace;
    this.inputs = trace.inputs().stream().filter(i -> !labels.contains(i.spec().name())).toList();
    GraphIndex index = new GraphIndex(trace.graph());
    List<String> absent =
        trace.inputs().stream()
            .filter(i -> labels.contains(i.spec().name()))
            .flatMap(i -> i.tensors().stream())
            .map(GraphIndex::node)
            .toList();
    for (TracedFunction.Output output : trace.outputs()) {
      Set<String> needed = index.needed(output.array().tensors());
      if (absent.stream().noneMatch(needed::contains)) {
        flat(output.array()).forEach((spec, tensor) -> outputs.put(spec, List.of(tensor)));
      }
    }
  }

  /**
   * What is served.
   *
   * @param labels the columns that are not available
   * @throws IllegalArgumentException when every feature needs a label
   */
  static ServingModule of(Preprocessor preprocessor, Set<String> labels) {
    ServingModule module = new ServingModule(preprocessor.trace(), labels);
    if (module.outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "there would be no features to serve: each needs one of the labels " + labels);
    }
    return module;
  }

  /**
   * Writes the module.
   *
   * @param labels the columns that are not available
   * @throws IllegalArgumentException when every feature needs a label
   */
  static void write(
      Preprocessor preprocessor,
      AnalyzerResults results,
      Function<String, Path> staged,
      Set<String> labels,
      Path folder)
      throws IOException {
    ServingModule module = of(preprocessor, labels);
    TracedModule traced = TracedModule.of(preprocessor.trace(), results, staged);
    ModuleWriter writer = ModuleWriter.create();
    module.addDefault(traced, writer);
    if (ParsedExamples.canParse(module.inputs)) {
      module.addExamples(traced, writer);
    }
    writer.write(folder);
  }

  private void addDefault(TracedModule traced, ModuleWriter writer) {
    List<ArraySpec> specs = new ArrayList<>();
    Map<String, List<String>> nodes = new LinkedHashMap<>();
    for (TracedArray input : inputs) {
      flat(input)
          .forEach(
              (spec, tensor) -> {
                String path = TracedModule.ARGUMENT + "/" + spec.name();
                specs.add(new ArraySpec(path, spec.dtype(), spec.shape(), Layout.DENSE));
                nodes.put(path, List.of(GraphIndex.node(tensor)));
              });
    }
    traced.add(
        writer, "transform_columns", FunctionInputs.of(specs), trace.graph(), nodes, outputs);
    String prefix = TracedModule.ARGUMENT + "_";
    writer.signature(
        DEFAULT,
        "transform_columns",
        name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  private void addExamples(TracedModule traced, ModuleWriter writer) {
    GraphDef graph = ParsedExamples.before(trace.graph(), inputs);
    ArraySpec examples = new ArraySpec("examples", DType.STRING, Shape.of(-1), Layout.DENSE);
    traced.add(
        writer,
        "transform_examples",
        FunctionInputs.of(examples),
        graph,
        Map.of("examples", List.of(ParsedExamples.PLACEHOLDER)),
        outputs);
    writer.signature(EXAMPLES, "transform_examples");
  }

  /** The tensors of an array as dense arrays. */
  private static Map<ArraySpec, String> flat(TracedArray array) {
    ArraySpec spec = array.spec();
    Map<ArraySpec, String> flat = new LinkedHashMap<>();
    List<String> tensors = array.tensors();
    switch (spec.layout()) {
      case DENSE -> flat.put(spec, tensors.get(0));
      case SPARSE -> {
        long rank = spec.shape().rank();
        flat.put(part(spec, "_indices", DType.INT64, Shape.of(-1, rank)), tensors.get(0));
        flat.put(part(spec, "_values", spec.dtype(), Shape.of(-1)), tensors.get(1));
        flat.put(part(spec, "_dense_shape", DType.INT64, Shape.of(rank)), tensors.get(2));
      }
      case RAGGED -> {
        int levels = tensors.size() - 1;
        List<Long> dims = new ArrayList<>(List.of(-1L));
        dims.addAll(spec.shape().dims().subList(levels + 1, spec.shape().rank()));
        flat.put(part(spec, "_values", spec.dtype(), new Shape(dims)), tensors.get(0));
        for (int i = 1; i <= levels; i++) {
          flat.put(part(spec, "_row_splits_" + i, DType.INT64, Shape.of(-1)), tensors.get(i));
        }
      }
    }
    return flat;
  }

  private static ArraySpec part(ArraySpec spec, String suffix, DType dtype, Shape shape) {
    return new ArraySpec(spec.name() + suffix, dtype, shape, Layout.DENSE);
  }
}
