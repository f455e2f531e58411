package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.files.FileGlob;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.preprocessing.TransformFn;

/**
 * The function of a transform output, for data with some or all of its raw columns.
 *
 * @param columns what is read
 * @param absent the function's inputs that the data have not
 * @param outputs the features that can be had without them
 * @param lost those that cannot
 * @param choice which function of the SavedModel it is
 */
record FittedFunction(
    BatchSchema columns,
    List<ArraySpec> absent,
    List<String> outputs,
    Set<String> lost,
    FunctionChoice choice) {

  private static final String SCHEMA = "/metadata/schema.pbtxt";

  /** The SavedModel of a transform output, or the folder itself where it is one. */
  static String handle(String transformOutput) {
    String inside = transformOutput + "/transform_fn";
    return FileGlob.match(inside + "/saved_model.pb").isEmpty() ? transformOutput : inside;
  }

  /** The raw columns that a transform output says it was fitted to; empty where it says nothing. */
  static Optional<BatchSchema> schema(String transformOutput) throws IOException {
    return OutputFiles.text(transformOutput + SCHEMA).map(BatchSchema::parse);
  }

  /**
   * A function for these columns.
   *
   * @param schema the columns of the data; where it is empty, all that the function takes
   * @throws WrongUse when a column has another type than the function takes, or no feature can be
   *     had
   */
  static FittedFunction of(TransformFn function, Optional<BatchSchema> schema) {
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
      throw new WrongUse(
          "no feature can be had of the columns "
              + given.keySet()
              + "; the function takes "
              + function.inputs());
    }
    Set<String> lost = new TreeSet<>(function.outputs().stream().map(ArraySpec::name).toList());
    outputs.forEach(lost::remove);
    return new FittedFunction(new BatchSchema(read), absent, outputs, lost, function.choice());
  }

  /** How a column is read that the function takes so; the schema says what the function leaves. */
  private static ArraySpec column(ArraySpec input, ArraySpec given) {
    if (given != null && given.dtype() != input.dtype()) {
      throw new WrongUse("the schema has the column " + given + "; the function takes " + input);
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
