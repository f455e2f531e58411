// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.jspecify.annotations.Nullable;

/**
 * One function of a loaded module. It can be polymorphic: the chosen Python arguments and the
 * names, dtypes and shapes of the inputs decide which of its graphs is called. Threads may call it
 * at the same time.
 */
public final class ModuleFunction implements BatchFunction {

  private final Callee callee;
  private final TraceChooser.Given given;
  private final @Nullable List<String> wanted;
  private final TraceChooser chooser;
  private final Map<Trace, Prepared> prepared;

  /**
   * What is called.
   *
   * @param stateChanges the ops by which a call changes variables or tables
   */
  private record Callee(
      Program program,
      ModuleDefinition definition,
      Member member,
      FunctionChoice choice,
      Set<String> stateChanges) {}

  private ModuleFunction(Callee callee, TraceChooser.Given given, @Nullable List<String> wanted) {
    this.callee = callee;
    this.given = given;
    this.wanted = wanted;
    this.chooser = new TraceChooser(callee.member(), callee.choice(), given);
    this.prepared = new ConcurrentHashMap<>();
    chooser.first();
  }

  static ModuleFunction of(
      Program program, ModuleDefinition definition, Member member, FunctionChoice choice) {
    Set<String> changes = new TreeSet<>();
    for (Trace trace : new TraceChooser(member, choice, TraceChooser.Given.NOTHING).candidates()) {
      changes.addAll(StateChanges.find(definition, member, trace));
    }
    return new ModuleFunction(
        new Callee(program, definition, member, choice, changes), TraceChooser.Given.NOTHING, null);
  }

  @Override
  public String name() {
    return choice().toString();
  }

  /** The name, with its Python arguments. */
  public FunctionChoice choice() {
    return new FunctionChoice(callee.member().name(), callee.choice().arguments());
  }

  /**
   * The inputs of the first graph with the chosen Python arguments, without those that have a
   * constant, a chosen argument or a default.
   */
  @Override
  public List<ArraySpec> inputs() {
    return chooser.first().inputSpecs().stream().filter(i -> !chooser.isFilled(i)).toList();
  }

  /** Of any of its graphs, those included that need not be given. */
  @Override
  public Optional<ArraySpec> input(String name) {
    return InputNames.find(
        chooser.candidates().stream().flatMap(t -> t.inputSpecs().stream()).toList(), name);
  }

  @Override
  public Set<DType> dtypes(String input) {
    return chooser.candidates().stream()
        .flatMap(trace -> trace.input(input).stream())
        .map(i -> i.spec().dtype())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Override
  public Optional<String> recordInput() {
    List<ArraySpec> inputs = inputs();
    if (inputs.size() != 1) {
      return Optional.empty();
    }
    ArraySpec input = inputs.get(0);
    boolean texts =
        input.dtype() == DType.STRING
            && input.layout() == Layout.DENSE
            && (!input.shape().hasRank() || input.shape().rank() < 2);
    return texts
            && ParsedInputs.parses(
                callee.definition(), callee.member(), chooser.first(), input.name())
        ? Optional.of(input.name())
        : Optional.empty();
  }

  /** The outputs that calls give: without {@link #opaqueOutputs}. */
  @Override
  public List<ArraySpec> outputs() {
    Trace trace = chooser.first();
    return numbers(trace).stream().map(i -> trace.outputs().get(i).spec()).toList();
  }

  /** The outputs that no array can hold, such as variants; calls leave them out. */
  public List<ArraySpec> opaqueOutputs() {
    return chooser.first().outputSpecs().stream().filter(o -> o.dtype().isOpaque()).toList();
  }

  /**
   * Whether a call can change variables or tables of the module, so that later calls of any of its
   * functions give something else.
   */
  @Override
  public boolean changesState() {
    return !callee.stateChanges().isEmpty();
  }

  /** The ops by which it does so. */
  Set<String> stateChanges() {
    return callee.stateChanges();
  }

  /**
   * Keeps only these outputs. Operations that only other outputs need are not run.
   *
   * @throws ModuleException when it has no such output
   */
  @Override
  public ModuleFunction only(List<String> outputs) {
    ModuleFunction function = new ModuleFunction(callee, given, List.copyOf(outputs));
    function.outputs();
    return function;
  }

  /**
   * Fixes some of the inputs: they are the same in every call, and no longer part of {@link
   * #inputs}. Integers are converted to the width of the input, and float32 to float64 if needed.
   *
   * @param constants by the names of inputs; whole arrays, not rows
   * @throws ModuleException when it has no such input, or the input takes another type or shape
   */
  @Override
  public ModuleFunction withConstants(Map<String, Array> constants) {
    Map<String, Array> all = new LinkedHashMap<>(given.constants());
    all.putAll(InputNames.resolved(constants, this::input));
    return new ModuleFunction(callee, new TraceChooser.Given(all, given.named()), wanted);
  }

  /**
   * Keeps only the graphs that take these inputs, which can be optional, or items of a list that
   * not all graphs take.
   *
   * @throws ModuleException when none of its graphs takes all of them
   */
  @Override
  public ModuleFunction taking(Set<String> inputs) {
    Set<String> own = new LinkedHashSet<>();
    inputs.forEach(name -> own.add(input(name).map(ArraySpec::name).orElse(name)));
    return new ModuleFunction(callee, new TraceChooser.Given(given.constants(), own), wanted);
  }

  /**
   * The inputs that each output depends on, by name. Side effects are ignored; a call of another
   * function is assumed to need all its arguments.
   */
  public Map<String, Set<String>> needs() {
    Trace trace = chooser.first();
    Map<String, Set<String>> needs = new LinkedHashMap<>();
    InputFlow flow = new InputFlow(callee.definition(), callee.member(), trace);
    for (int number : numbers(trace)) {
      needs.put(trace.outputs().get(number).path(), flow.needs(number));
    }
    return needs;
  }

  /**
   * Calls the function with whole arrays, like Python.
   *
   * @param named the inputs by name; nested arguments by path, {@code inputs/input_mask}, or by
   *     their last name, {@code input_mask}, where no other ends so
   * @return the outputs by name; nested structures by path, a single array is named {@code output}
   * @throws ModuleException when no graph of the function takes these inputs, or it refuses them
   */
  @Override
  public Map<String, Array> call(Map<String, Array> named) {
    Map<String, Array> inputs = InputNames.resolved(named, this::input);
    Trace trace = chooser.choose(inputs);
    Prepared call = prepared.computeIfAbsent(trace, this::prepare);
    List<Array.Dense> parts = new ArrayList<>();
    for (Structure.Tensor input : trace.inputs()) {
      Array array = inputs.get(input.path());
      parts.addAll(Composites.parts(input, array == null ? chooser.filled(input) : array));
    }
    List<Array.Dense> results;
    try {
      results = call.call().run(parts);
    } catch (ModuleException e) {
      throw explained(e, trace);
    }
    Map<String, Array> outputs = new LinkedHashMap<>();
    int next = 0;
    for (int number : call.outputs()) {
      Structure.Tensor output = trace.outputs().get(number);
      outputs.put(
          output.path(), Composites.whole(output, results.subList(next, next + output.parts())));
      next += output.parts();
    }
    return Collections.unmodifiableMap(outputs);
  }

  /** An error with the inputs that the operation which failed is computed of. */
  private ModuleException explained(ModuleException e, Trace trace) {
    InputFlow flow = new InputFlow(callee.definition(), callee.member(), trace);
    String op = e.op();
    while (op != null) {
      Set<String> inputs = flow.sources(op);
      if (!inputs.isEmpty()) {
        return new ModuleException(e, List.copyOf(inputs));
      }
      int scope = op.indexOf('/');
      op = scope < 0 ? null : op.substring(scope + 1);
    }
    return e;
  }

  @Override
  public Batch call(Batch rows) {
    return new RowCalls(this, chooser).call(rows);
  }

  private Prepared prepare(Trace trace) {
    List<Integer> numbers = numbers(trace);
    return new Prepared(callee.program().call(callee.member(), trace, numbers), numbers);
  }

  private List<Integer> numbers(Trace trace) {
    List<Integer> numbers = new ArrayList<>();
    List<String> names = trace.outputSpecs().stream().map(ArraySpec::name).toList();
    if (wanted == null) {
      for (int i = 0; i < names.size(); i++) {
        if (!trace.outputSpecs().get(i).dtype().isOpaque()) {
          numbers.add(i);
        }
      }
      return numbers;
    }
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED,
            choice() + " has no output '" + name + "'; there are " + names);
      }
      ArraySpec output = trace.output(name);
      if (output.dtype().isOpaque()) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED,
            choice() + ": the output " + output + " has a dtype that no array can hold");
      }
      numbers.add(names.indexOf(name));
    }
    return numbers;
  }

  private record Prepared(ProgramCall call, List<Integer> outputs) {}

  /** The type of a tensor that python gives as {@code training}. */
  static boolean isTrainingSwitch(ArraySpec input) {
    return input.name().equals("training") && input.dtype() == DType.BOOL;
  }
}
