// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Printable;
import org.hubbeam.batch.Shape;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.learning.FeatureSource;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.preprocessing.TransformFn;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for features that are numbers of the table, beside those of modules. */
@Section(Section.Heading.INPUT)
final class NumericFeatureOptions {

  @Option(
      names = "--transform",
      paramLabel = "DIR",
      description =
          "also take the features of a preprocessing function that are floating point numbers; the"
              + " folder is what transform wrote")
  private @Nullable String transform;

  @Option(
      names = "--numbers",
      split = ",",
      paramLabel = "NAME",
      description = "also take these columns of numbers, as they are")
  private List<String> numbers = new ArrayList<>();

  /**
   * Numbers that become features.
   *
   * @param calls those that a function computes
   * @param columns to read
   * @param plain the columns that are features as they are
   */
  record Numbers(List<ModuleFeatures> calls, List<ArraySpec> columns, List<String> plain) {
    Numbers {
      calls = List.copyOf(calls);
      columns = List.copyOf(columns);
      plain = List.copyOf(plain);
    }

    /** Where the plain columns come from. */
    List<FeatureSource> sources() {
      return plain.stream().<FeatureSource>map(FeatureSource.NumericColumn::new).toList();
    }
  }

  /** What workers read. */
  List<String> places() {
    return transform == null ? List.of() : List.of(transform);
  }

  /** The columns that are named. */
  List<String> numbers() {
    return numbers;
  }

  /**
   * Finds out what is read and computed.
   *
   * @param others columns that are no features: of labels and weights
   * @param batch the largest batch
   * @param err is told of features that are left out
   */
  Numbers find(Set<String> others, int batch, PrintWriter err) throws IOException {
    List<ArraySpec> columns = new ArrayList<>();
    for (String name : numbers) {
      if (others.contains(name)) {
        throw new UsageException("--numbers=" + name + " is the label, a weight or the id");
      }
      columns.add(new ArraySpec(name, DType.FLOAT32, Shape.of(-1), Layout.DENSE));
    }
    if (transform == null) {
      return new Numbers(List.of(), columns, numbers);
    }
    String folder = transform.replaceFirst("(?<=.)/+$", "");
    FittedFunction.requireFolder("--transform", folder);
    String handle = FittedFunction.handle(folder);
    Hub.Resolved module = Fetch.resolve(handle, HubOptions.fromEnvironment(), err);
    ModuleOptions options = ModuleOptions.DEFAULT.withOriginOf(module);
    try (TransformFn loaded = TransformFn.load(module.folder(), options)) {
      FittedFunction function =
          FittedFunction.match(loaded, Optional.of(without(others, folder, loaded)));
      columns.addAll(function.columns().columns());
      return new Numbers(List.of(features(function, loaded, module, batch, err)), columns, numbers);
    }
  }

  private static BatchSchema without(Set<String> others, String folder, TransformFn loaded)
      throws IOException {
    List<ArraySpec> columns =
        FittedFunction.readSchema(folder).map(BatchSchema::columns).orElse(loaded.inputs());
    return new BatchSchema(columns.stream().filter(c -> !others.contains(c.name())).toList());
  }

  private ModuleFeatures features(
      FittedFunction function,
      TransformFn loaded,
      Hub.Resolved module,
      int batch,
      PrintWriter err) {
    Map<Boolean, List<String>> fit =
        loaded.outputs().stream()
            .filter(o -> function.outputs().contains(o.name()))
            .collect(
                Collectors.partitioningBy(
                    NumericFeatureOptions::isFeature,
                    Collectors.mapping(ArraySpec::name, Collectors.toList())));
    List<String> outputs = fit.getOrDefault(true, List.of());
    List<String> left = new ArrayList<>(fit.getOrDefault(false, List.of()));
    left.addAll(function.lost());
    if (outputs.isEmpty()) {
      throw new UsageException(
          "--transform="
              + transform
              + " has no features of floating point numbers that need no label: "
              + loaded.outputs());
    }
    if (!left.isEmpty()) {
      err.println(
          Printable.line(
              "features of --transform left out, because they are no floating point numbers of a"
                  + " fixed shape, or need the label: "
                  + left));
    }
    ModuleSpec spec =
        ModuleSpec.of(module.handle())
            .withFunction(function.choice())
            .withSparse(ModuleSpec.Sparse.LISTS)
            .withNonFinite(ModuleSpec.NonFinite.FAIL);
    List<String> columns = new ArrayList<>();
    for (String output : outputs) {
      columns.add("hubbeam/transform/" + output);
      spec = spec.withOutput(output, "hubbeam/transform/" + output);
    }
    ModuleCalls calls = ModuleCalls.of(List.of(new ModuleCalls.Link(module, spec)));
    return new ModuleFeatures(
        columns,
        calls.withRows(batch),
        List.of(Step.withoutFailures("Columns", "", new BlankColumns(function.absent()))),
        List.of(),
        List.of(),
        new FeatureSource.OfTransform(
            module.handle(),
            outputs,
            function.absent().stream().map(ArraySpec::name).collect(Collectors.toSet())));
  }

  private static boolean isFeature(ArraySpec output) {
    return output.layout() == Layout.DENSE
        && output.dtype().isFloating()
        && output.shape().hasRank()
        && output.shape().row().isFull();
  }
}
