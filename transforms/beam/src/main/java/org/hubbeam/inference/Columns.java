package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;

/** A mapping applied to a function: columns become inputs, outputs become columns. */
final class Columns {
  private final ModuleSpec.Mapping mapping;
  private final LoadedModule.Function function;
  private final Map<String, ArraySpec> inputSpecs;
  private final String dict;
  private final Map<String, String> outputs;
  private final List<String> counted;

  /**
   * Checks the mapping against the function.
   *
   * @throws ModuleException when it names an input or output that is not there
   */
  Columns(ModuleSpec.Mapping mapping, LoadedModule.Function function) {
    this.mapping = mapping;
    this.function = function;
    inputSpecs = new LinkedHashMap<>();
    function.inputs().forEach(i -> inputSpecs.put(i.name(), i));
    dict = dict(inputSpecs.keySet());
    for (String input : mapping.inputs().keySet()) {
      if (!input.equals(ModuleSpec.Mapping.ONLY)) {
        spec("input", input, function.inputs());
      } else if (function.inputs().size() != 1) {
        throw misused("has not one input but " + function.inputs() + "; say which one is meant");
      }
    }
    outputs = new LinkedHashMap<>();
    mapping.outputs().forEach((key, column) -> outputs.put(output(key).name(), column));
    if (outputs.size() != mapping.outputs().size()) {
      throw misused("has an output that is asked for twice: " + mapping.outputs());
    }
    counted = counted(mapping.shaping().counted());
  }

  /** The outputs that are cut to a count; none where the count is not there and need not be. */
  private List<String> counted(Counted wanted) {
    List<String> found = new ArrayList<>();
    boolean counts = function.outputs().stream().anyMatch(o -> o.name().equals(wanted.count()));
    if (wanted.absent() == Counted.Absent.REFUSED) {
      ArraySpec count = spec("output", wanted.count(), function.outputs());
      if (count.dtype() == DType.STRING || count.dtype() == DType.BOOL) {
        throw misused("cannot count by the output " + count);
      }
      wanted.outputs().forEach(o -> spec("output", o, function.outputs()));
    }
    for (ArraySpec output : function.outputs()) {
      boolean kept = outputs.isEmpty() || outputs.containsKey(output.name());
      if (counts && kept && wanted.outputs().contains(output.name())) {
        found.add(output.name());
      }
    }
    return found;
  }

  /**
   * The columns under the names of the inputs that take them, float64 as float32 where that is
   * declared; other columns are left out.
   */
  Batch inputs(Batch rows) {
    Map<String, Array> bound = new LinkedHashMap<>();
    bound(rows.columns().keySet())
        .forEach(
            (input, column) ->
                bound.put(input, Cells.fitted(rows.column(column), inputSpecs.get(input))));
    return new Batch(rows.rows(), bound, rows.origin());
  }

  /**
   * Which columns the inputs take.
   *
   * @param columns those there are
   * @return columns by input
   * @throws ModuleException when a column is missing, or no input has one
   */
  Map<String, String> bound(Set<String> columns) {
    Map<String, String> bound = new LinkedHashMap<>();
    mapping
        .inputs()
        .forEach(
            (input, column) -> {
              if (!columns.contains(column)) {
                throw misused("is to take the column '" + column + "'; there are " + columns);
              }
              bound.put(
                  input.equals(ModuleSpec.Mapping.ONLY) ? function.inputs().get(0).name() : input,
                  column);
            });
    for (ArraySpec input : function.inputs()) {
      String name = input.name();
      String inDict = inDict(name);
      if (columns.contains(name)) {
        bound.putIfAbsent(name, name);
      } else if (columns.contains(inDict)) {
        bound.putIfAbsent(name, inDict);
      }
    }
    if (bound.isEmpty() && function.inputs().size() == 1 && columns.size() == 1) {
      bound.put(function.inputs().get(0).name(), columns.iterator().next());
    }
    if (bound.isEmpty() && !function.inputs().isEmpty()) {
      throw misused("takes " + function.inputs() + "; there are the columns " + columns);
    }
    return bound;
  }

  /** What all names begin with because they are in one dict; empty if they are not. */
  private static String dict(Set<String> names) {
    String first = names.isEmpty() ? "" : names.iterator().next();
    String start = first.substring(0, first.indexOf('/') + 1);
    return names.stream().allMatch(n -> n.startsWith(start)) ? start : "";
  }

  /** The function with the outputs that are kept, as it declares them. */
  ChainPlan.Signature signature() {
    Map<String, ArraySpec> kept = new LinkedHashMap<>();
    called()
        .outputs()
        .forEach((column, key) -> kept.put(column, spec("output", key, function.outputs())));
    return new ChainPlan.Signature(function.name(), function.inputs(), kept, function.state());
  }

  /** What the function takes. */
  List<ArraySpec> inputSpecs() {
    return function.inputs();
  }

  /** The column that the mapping names for an input; null where it names none. */
  String column(String input) {
    String named = mapping.inputs().get(input);
    return named == null && function.inputs().size() == 1
        ? mapping.inputs().get(ModuleSpec.Mapping.ONLY)
        : named;
  }

  /** The name of an input in the dict that all inputs are parts of; else its own. */
  String inDict(String input) {
    return input.substring(dict.length());
  }

  /**
   * What was called, with counted outputs cut to their entries and sparse ones made lists where
   * they leave so.
   *
   * @throws ModuleException when a count is none
   */
  Batch shaped(Batch given) {
    Batch cut =
        counted.isEmpty()
            ? given
            : CountedRows.of(given, mapping.shaping().counted().count(), counted);
    if (mapping.shaping().sparse() == ModuleSpec.Sparse.AS_GIVEN) {
      return cut;
    }
    Map<String, Array> shaped = new LinkedHashMap<>();
    cut.columns().forEach((name, array) -> shaped.put(name, array.lists()));
    return new Batch(cut.rows(), shaped, cut.origin());
  }

  /** What is called, by its real names. */
  RunModule.Called called() {
    Map<String, String> kept = new LinkedHashMap<>();
    if (outputs.isEmpty()) {
      function.outputs().forEach(output -> kept.put(output.name(), output.name()));
    }
    kept.putAll(byColumn(outputs));
    return new RunModule.Called(function.name(), kept, mapping.constants());
  }

  /** Columns by output, turned around. */
  static Map<String, String> byColumn(Map<String, String> outputs) {
    Map<String, String> turned = new LinkedHashMap<>();
    outputs.forEach((output, column) -> turned.put(column, output));
    return turned;
  }

  /** Whether every output is kept, under its own name. */
  boolean keepsAll() {
    return outputs.isEmpty();
  }

  /** The names of the outputs that are kept, and of the one that counts them. */
  List<String> needed() {
    List<String> needed = new ArrayList<>(outputs.keySet());
    String count = mapping.shaping().counted().count();
    if (!counted.isEmpty() && !needed.contains(count)) {
      needed.add(count);
    }
    return needed;
  }

  /** The outputs that are kept, under the names of their columns. */
  Batch outputs(Batch given) {
    if (outputs.isEmpty()) {
      return given;
    }
    Map<String, Array> kept = new LinkedHashMap<>();
    outputs.forEach((key, column) -> kept.put(column, given.column(key)));
    return new Batch(given.rows(), kept, given.origin());
  }

  /** What is kept, as the function declares it, under the names of the columns. */
  List<ArraySpec> outputSpecs() {
    List<ArraySpec> specs = new ArrayList<>();
    if (outputs.isEmpty()) {
      function.outputs().forEach(output -> specs.add(left(output, output.name())));
    }
    outputs.forEach(
        (key, column) -> specs.add(left(spec("output", key, function.outputs()), column)));
    return specs;
  }

  /** An output as it leaves in a column; that of a function of scalars is one row itself. */
  private ArraySpec left(ArraySpec output, String column) {
    Layout layout = counted.contains(output.name()) ? Layout.RAGGED : output.layout();
    Shape shape = output.shape();
    if (!function.inputs().isEmpty()
        && function.inputs().stream().allMatch(i -> i.shape().equals(Shape.of()))
        && shape.hasRank()) {
      List<Long> dims = new ArrayList<>(shape.dims());
      dims.add(0, -1L);
      shape = new Shape(dims);
    }
    return new ArraySpec(column, output.dtype(), shape, layout);
  }

  private ArraySpec output(String key) {
    if (!key.equals(ModuleSpec.Mapping.ONLY)) {
      return spec("output", key, function.outputs());
    }
    if (function.outputs().size() == 1) {
      return function.outputs().get(0);
    }
    return function.outputs().stream()
        .filter(o -> o.name().equals("default"))
        .findFirst()
        .orElseThrow(
            () ->
                misused(
                    "has not one output but " + function.outputs() + "; say which one is meant"));
  }

  private ArraySpec spec(String what, String name, List<ArraySpec> specs) {
    return specs.stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow(() -> misused("has no " + what + " '" + name + "'; it has " + specs));
  }

  private ModuleException misused(String what) {
    return new ModuleException(Kind.MISUSED, "the function " + function.name() + " " + what);
  }
}
