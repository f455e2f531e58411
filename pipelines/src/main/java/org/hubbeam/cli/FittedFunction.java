// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.files.FileGlob;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.preprocessing.TransformFn;
import org.jspecify.annotations.Nullable;

/**
 * The function of a transform output, for data with some or all of its input columns.
 *
 * @param columns the columns to read
 * @param absent the inputs of the function that the data does not have
 * @param outputs the features that do not need these
 * @param lost the features that do
 * @param choice the function of the SavedModel
 */
record FittedFunction(
    BatchSchema columns,
    List<ArraySpec> absent,
    List<String> outputs,
    Set<String> lost,
    FunctionChoice choice) {

  private static final String SCHEMA = "/metadata/schema.pbtxt";

  /**
   * Checks that a folder on this machine is there.
   *
   * @param option what names it
   * @throws UsageException if it is not, or is empty
   */
  static void requireFolder(String option, String transformOutput) throws IOException {
    if (transformOutput.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*")) {
      return;
    }
    Path folder = Path.of(transformOutput);
    String given = option + "=" + transformOutput;
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          given + (Files.exists(folder) ? " is a file; give the folder" : ": no such folder"));
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.noneMatch(f -> f.getFileName().toString().matches("transform_fn|saved_model.*"))) {
        throw new UsageException(
            given + " has no transform_fn/; give the folder that 'hubbeam transform' wrote");
      }
    }
  }

  /** Finds the SavedModel of a transform output; the folder may be a SavedModel itself. */
  static String handle(String transformOutput) {
    String inside = transformOutput + "/transform_fn";
    return FileGlob.match(inside + "/saved_model.pb").isEmpty() ? transformOutput : inside;
  }

  /** Reads the input columns of a transform output; empty if it does not list them. */
  static Optional<BatchSchema> readSchema(String transformOutput) throws IOException {
    return OutputFiles.text(transformOutput + SCHEMA).map(BatchSchema::parse);
  }

  /**
   * Matches the inputs of a function with the columns of the data.
   *
   * @param schema the columns of the data; empty if it has all inputs of the function
   * @throws UsageException if a column has a different type, or no feature can be computed
   */
  static FittedFunction match(TransformFn function, Optional<BatchSchema> schema) {
    Map<String, ArraySpec> given = new LinkedHashMap<>();
    schema.ifPresent(s -> s.columns().forEach(c -> given.put(c.name(), c)));
    List<ArraySpec> read = new ArrayList<>();
    List<ArraySpec> absent = new ArrayList<>();
    for (ArraySpec input : function.inputs()) {
      ArraySpec column = given.get(input.name());
      if (schema.isPresent() && column == null) {
        absent.add(input);
      } else {
        read.add(column(input, column));
      }
    }
    Set<String> names = new TreeSet<>(read.stream().map(ArraySpec::name).toList());
    List<String> outputs = function.outputsOf(names);
    if (outputs.isEmpty()) {
      throw new UsageException(
          "no feature can be computed from the columns "
              + given.keySet()
              + "; the function takes "
              + function.inputs());
    }
    Set<String> lost = new TreeSet<>(function.outputs().stream().map(ArraySpec::name).toList());
    outputs.forEach(lost::remove);
    return new FittedFunction(new BatchSchema(read), absent, outputs, lost, function.choice());
  }

  /** The column to read for an input; the schema adds what the function does not know. */
  private static ArraySpec column(ArraySpec input, @Nullable ArraySpec given) {
    if (given != null && given.dtype() != input.dtype()) {
      throw new UsageException(
          "the schema has the column " + given + "; the function takes " + input);
    }
    if (input.layout() == Layout.SPARSE && input.shape().rank() == 2) {
      return new ArraySpec(input.name(), input.dtype(), Shape.of(-1, -1), Layout.RAGGED);
    }
    boolean known = input.layout() == Layout.DENSE && input.shape().row().isFull();
    return known || given == null ? input : given;
  }

  /** The call of the function. */
  ModuleSpec spec(String handle) {
    ModuleSpec spec =
        ModuleSpec.of(handle).withFunction(choice).withSparse(ModuleSpec.Sparse.LISTS);
    if (lost.isEmpty()) {
      return spec;
    }
    for (String output : outputs) {
      spec = spec.withOutput(output);
    }
    return spec;
  }
}
