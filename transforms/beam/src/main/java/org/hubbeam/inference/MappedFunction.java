// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.BatchFunction;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A function with the mapping of a spec: columns become inputs, outputs become columns. All users
 * in this JVM share it; threads may call it at the same time.
 */
final class MappedFunction {
  private final ModuleSpec.Mapping mapping;
  private final BatchFunction function;
  private final BatchFunction called;
  private final Semaphore turns;
  private final AtomicInteger learntRows;
  private final Map<String, ArraySpec> inputSpecs;
  private final InputColumns columns;
  private final Map<String, String> outputs;
  private final List<String> counted;

  /**
   * Checks the mapping against the function.
   *
   * @param turns one permit for each call that may run at the same time
   * @param learntRows the most rows that fit into memory in one call, as far as is known; it only
   *     falls while the module is loaded
   * @throws ModuleException when the mapping names an input or output that is not there
   */
  MappedFunction(
      ModuleSpec.Mapping mapping,
      BatchFunction function,
      Semaphore turns,
      AtomicInteger learntRows) {
    this.mapping = mapping;
    this.function = function;
    this.turns = turns;
    this.learntRows = learntRows;
    inputSpecs = new LinkedHashMap<>();
    function.inputs().forEach(i -> inputSpecs.put(i.name(), i));
    columns = new InputColumns(function.name(), function.inputs(), mapping.inputs());
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
    called = outputs.isEmpty() ? function : function.only(needed());
  }

  /**
   * Finds the function that a spec means.
   *
   * @throws ModuleException when there is none, or it has no such input or output, listing those
   *     there are
   */
  static MappedFunction find(
      LoadedModule module, FunctionChoice choice, ModuleSpec.Mapping mapping, Semaphore turns) {
    Set<String> named = new LinkedHashSet<>(mapping.inputs().keySet());
    named.remove(ModuleSpec.Mapping.ONLY);
    BatchFunction whole = module.function(choice);
    BatchFunction function = whole.withConstants(mapping.constants()).taking(named);
    Map<String, String> inputs = new LinkedHashMap<>();
    mapping
        .inputs()
        .forEach(
            (name, column) ->
                inputs.put(
                    name.equals(ModuleSpec.Mapping.ONLY)
                        ? name
                        : whole.input(name).map(ArraySpec::name).orElse(name),
                    column));
    ModuleSpec.Mapping resolved =
        new ModuleSpec.Mapping(inputs, mapping.constants(), mapping.outputs(), mapping.shaping());
    return new MappedFunction(resolved, function, turns, new AtomicInteger(Integer.MAX_VALUE));
  }

  /** The function's name with its Python arguments, for messages. */
  String name() {
    return function.name();
  }

  /** Whether a call can change the module, so that each user needs a module of its own. */
  boolean changesState() {
    return function.changesState();
  }

  /** The most rows that fit into memory in one call, as far as is known. */
  AtomicInteger learntRows() {
    return learntRows;
  }

  /**
   * Calls the function when its turn has come.
   *
   * @param inputs under the function's names, as {@link #inputs} gives them
   * @param meter gets the time of the call, without the wait
   * @return the outputs that are needed, as {@link #shaped} leaves them
   */
  Batch call(Batch inputs, Meter meter) {
    turns.acquireUninterruptibly();
    long start = System.nanoTime();
    try {
      return shaped(called.call(inputs));
    } finally {
      turns.release();
      meter.measure(HubMetrics.CALL_US, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
    }
  }

  /** Calls the function with whole arrays, when its turn has come. */
  Map<String, Array> call(Map<String, Array> inputs) {
    turns.acquireUninterruptibly();
    try {
      return called.call(inputs);
    } finally {
      turns.release();
    }
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
   * The rows as the inputs take them; columns that no input takes are left out.
   *
   * @throws ModuleException when a column is missing
   */
  FittedRows inputs(Batch rows) {
    List<FittedRows.Input> inputs = new ArrayList<>();
    columns
        .bound(rows.columns().keySet())
        .forEach(
            (input, column) ->
                inputs.add(
                    new FittedRows.Input(
                        column,
                        Objects.requireNonNull(inputSpecs.get(input), input),
                        function.dtypes(input),
                        mapping.lists().contains(column)
                            ? FittedRows.Rows.LISTS
                            : FittedRows.Rows.VALUES)));
    return FittedRows.of(rows, inputs);
  }

  /**
   * The columns that inputs take, as these declare them; inputs that can have several types declare
   * nothing.
   *
   * @param given the columns there are; null when that is not known: then those that have the names
   *     of inputs
   * @throws ModuleException when a column is missing
   */
  List<ArraySpec> declared(@Nullable Set<String> given) {
    Map<String, String> inputs =
        given == null ? columns.possible() : byColumn(columns.bound(given));
    List<ArraySpec> declared = new ArrayList<>();
    inputs.forEach(
        (column, input) -> {
          ArraySpec spec = Objects.requireNonNull(inputSpecs.get(input), input);
          if (function.dtypes(input).size() == 1
              && (spec.dtype() == DType.STRING || spec.dtype().bytes() > 0)
              && !spec.dtype().isComplex()) {
            boolean list = mapping.lists().contains(column);
            declared.add(
                new ArraySpec(
                    column,
                    spec.dtype(),
                    list ? Shape.of(-1, -1) : rows(spec.shape()),
                    spec.layout()));
          }
        });
    return declared;
  }

  /**
   * The shape of rows for an input: with the row dimension, whether it takes rows or one record.
   */
  private static Shape rows(Shape shape) {
    if (!shape.hasRank()) {
      return shape;
    }
    if (shape.rank() == 0) {
      return Shape.of(-1);
    }
    List<Long> dims = new ArrayList<>(shape.dims());
    if (dims.get(0) > 1) {
      return Shape.UNKNOWN;
    }
    dims.set(0, -1L);
    return new Shape(dims);
  }

  /**
   * Checks that the inputs find their columns, and that these have dtypes that the inputs take.
   *
   * @throws ModuleException when a column is missing
   * @throws IllegalArgumentException when a column has no dtype that its input takes
   */
  void check(Map<String, Kinds.Column> given) {
    columns
        .bound(given.keySet())
        .forEach(
            (input, name) -> {
              Kinds.Column column = Objects.requireNonNull(given.get(name), name);
              Set<DType> allowed = function.dtypes(input);
              DType dtype = column.dtype();
              if (dtype != null && allowed.stream().noneMatch(a -> Cells.convertible(dtype, a))) {
                throw new IllegalArgumentException(
                    column.described()
                        + ", but the input '"
                        + input
                        + "' of the function "
                        + name()
                        + " takes "
                        + allowed.stream()
                            .map(DType::toString)
                            .collect(Collectors.joining(" or ")));
              }
            });
  }

  /** Which columns the inputs take. */
  InputColumns columns() {
    return columns;
  }

  /** The function with the outputs that are kept, as it declares them. */
  ChainPlan.Signature signature() {
    Map<String, ArraySpec> specs = new LinkedHashMap<>();
    kept().forEach((column, key) -> specs.put(column, spec("output", key, function.outputs())));
    return new ChainPlan.Signature(
        function.name(), function.inputs(), specs, function.changesState());
  }

  /** What the function takes. */
  List<ArraySpec> inputSpecs() {
    return function.inputs();
  }

  /** The only input, where the function parses it as serialised records; else null. */
  @Nullable String recordInput() {
    return function.recordInput().orElse(null);
  }

  /**
   * What was called, with counted outputs cut to their entries and sparse ones made lists where
   * they leave so.
   *
   * @throws ModuleException when a count is none
   */
  private Batch shaped(Batch given) {
    Batch cut =
        counted.isEmpty()
            ? given
            : CountedRows.cut(given, mapping.shaping().counted().count(), counted);
    if (mapping.shaping().sparse() == ModuleSpec.Sparse.AS_GIVEN) {
      return cut;
    }
    Map<String, ArraySpec> specs = new HashMap<>();
    called.outputs().forEach(output -> specs.put(output.name(), output));
    Map<String, Array> shaped = new LinkedHashMap<>();
    cut.columns()
        .forEach(
            (name, array) -> {
              ArraySpec spec = specs.get(name);
              shaped.put(name, spec == null ? array.lists() : spec.feature(array));
            });
    return new Batch(cut.rows(), shaped, cut.origin());
  }

  /** The outputs that are kept, by the columns that keep them. */
  Map<String, String> kept() {
    Map<String, String> kept = new LinkedHashMap<>();
    if (outputs.isEmpty()) {
      function.outputs().forEach(output -> kept.put(output.name(), output.name()));
    }
    kept.putAll(byColumn(outputs));
    return kept;
  }

  /** Columns by input or output, turned around. */
  static Map<String, String> byColumn(Map<String, String> outputs) {
    Map<String, String> turned = new LinkedHashMap<>();
    outputs.forEach((output, column) -> turned.put(column, output));
    return turned;
  }

  /** The names of the outputs that are kept, and of the one that counts them. */
  private List<String> needed() {
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
    List<ArraySpec> floats =
        function.outputs().stream().filter(o -> o.dtype().isFloating()).toList();
    return function.outputs().stream()
        .filter(o -> o.name().equals("default"))
        .findFirst()
        .or(() -> floats.size() == 1 ? Optional.of(floats.get(0)) : Optional.empty())
        .orElseThrow(
            () ->
                misused(
                    "has not one output but "
                        + function.outputs()
                        + "; say which one is meant: withOutput(NAME), --outputKey=NAME or"
                        + " --outputs=NAME,NAME"));
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
