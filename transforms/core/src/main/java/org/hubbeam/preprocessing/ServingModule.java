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
 * In the SavedModel's signatures, columns and features have their own names. Python's {@code
 * signatures["serving_default"]} takes parameters, in which {@code _} stands for what is neither a
 * letter nor a digit; where two names become one, they get numbers ({@code a_b_1}) in the order of
 * the names. The function {@code transform_columns} takes a dict of columns by their own names.
 *
 * <p>A column of lists is several tensors, in and out; see {@link DenseParts}.
 */
final class ServingModule {

  private static final String DEFAULT = "serving_default";
  private static final String EXAMPLES = "serving_examples";

  private final TracedFunction trace;
  private final List<TracedArray> inputs;
  private final Map<ArraySpec, List<String>> outputs = new LinkedHashMap<>();
  private final List<String> features = new ArrayList<>();

  private ServingModule(TracedFunction trace, Set<String> labels) {
    this.trace = trace;
    this.inputs = trace.inputs().stream().filter(i -> !labels.contains(i.spec().name())).toList();
    GraphIndex index = new GraphIndex(trace.graph());
    DenseParts given = new DenseParts(trace.outputs().stream().map(o -> o.array().spec()).toList());
    List<String> absent =
        trace.inputs().stream()
            .filter(i -> labels.contains(i.spec().name()))
            .flatMap(i -> i.tensors().stream())
            .map(GraphIndex::node)
            .toList();
    for (TracedFunction.Output output : trace.outputs()) {
      Set<String> needed = index.needed(output.array().tensors());
      if (absent.stream().noneMatch(needed::contains)) {
        features.add(output.array().spec().name());
        given.of(output.array()).forEach((spec, tensor) -> outputs.put(spec, List.of(tensor)));
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

  /** The features that are served, by their own names. */
  List<String> features() {
    return List.copyOf(features);
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
    DenseParts taken = new DenseParts(inputs.stream().map(TracedArray::spec).toList());
    for (TracedArray input : inputs) {
      taken
          .of(input)
          .forEach(
              (spec, tensor) -> {
                specs.add(spec);
                nodes.put(
                    FunctionInputs.inDict(TracedModule.ARGUMENT, spec.name()),
                    List.of(GraphIndex.node(tensor)));
              });
    }
    traced.add(
        writer,
        "transform_columns",
        FunctionInputs.dict(TracedModule.ARGUMENT, specs),
        trace.graph(),
        nodes,
        outputs);
    writer.signature(DEFAULT, "transform_columns");
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
}
