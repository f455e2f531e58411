package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;

/**
 * One function of a loaded module. It can be polymorphic: which of its graphs is called depends on
 * the python arguments chosen and on the names, types and shapes of what it is given. Threads may
 * call it at the same time.
 */
public final class ModuleFunction implements BatchFunction {

  private final Program program;
  private final Member member;
  private final FunctionChoice choice;
  private final TraceChooser chooser;
  private final List<String> wanted;
  private final Map<Trace, Prepared> prepared;

  ModuleFunction(Program program, Member member, FunctionChoice choice) {
    this(program, member, choice, null);
  }

  private ModuleFunction(
      Program program, Member member, FunctionChoice choice, List<String> wanted) {
    this.program = program;
    this.member = member;
    this.choice = choice;
    this.chooser = new TraceChooser(member, choice);
    this.wanted = wanted;
    this.prepared = new ConcurrentHashMap<>();
    chooser.first();
  }

  /** The name, with its python arguments. */
  public FunctionChoice choice() {
    return new FunctionChoice(member.name(), choice.arguments());
  }

  /**
   * What it takes: the inputs of the first graph that has the chosen python arguments, without
   * those that a chosen argument or a default fills.
   */
  public List<ArraySpec> inputs() {
    return chooser.first().inputSpecs().stream().filter(i -> !chooser.isFilled(i)).toList();
  }

  /** What it gives. */
  public List<ArraySpec> outputs() {
    Trace trace = chooser.first();
    return numbers(trace).stream().map(i -> trace.outputs().get(i).spec()).toList();
  }

  /** The graph that is called where the inputs leave a choice. */
  Trace firstTrace() {
    return chooser.first();
  }

  /**
   * This function with some of its outputs only; what only the others need is not computed.
   *
   * @throws ModuleException when it has no such output
   */
  public ModuleFunction only(List<String> outputs) {
    ModuleFunction function = new ModuleFunction(program, member, choice, List.copyOf(outputs));
    function.outputs();
    return function;
  }

  /**
   * The inputs that each output is computed of, by name: what it could be had without the others.
   * Side effects do not count; a call of another function is taken to need all it is given.
   */
  public Map<String, Set<String>> needs() {
    Trace trace = chooser.first();
    Map<String, Set<String>> needs = new LinkedHashMap<>();
    for (int number : numbers(trace)) {
      needs.put(trace.outputs().get(number).path(), program.needs(member, trace, number));
    }
    return needs;
  }

  /**
   * One call with whole arrays, as Python would make it.
   *
   * @param inputs by name; nested arguments by path, {@code inputs/input_mask}
   * @return the outputs by name; nested structures by path, a lone array as {@code output}
   * @throws ModuleException when no graph of the function takes these inputs, or it refuses them
   */
  @Override
  public Map<String, Array> call(Map<String, Array> inputs) {
    Trace trace = chooser.choose(inputs);
    Prepared call = prepared.computeIfAbsent(trace, this::prepare);
    List<Array.Dense> parts = new ArrayList<>();
    for (Structure.Tensor input : trace.inputs()) {
      Array given = inputs.get(input.path());
      parts.addAll(Composites.parts(input, given == null ? chooser.filled(input) : given));
    }
    List<Array.Dense> results = call.call().run(parts);
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

  @Override
  public Batch call(Batch rows) {
    return new RowCalls(this, chooser).call(rows);
  }

  private Prepared prepare(Trace trace) {
    List<Integer> numbers = numbers(trace);
    return new Prepared(program.call(member, trace, numbers), numbers);
  }

  private List<Integer> numbers(Trace trace) {
    List<Integer> numbers = new ArrayList<>();
    List<String> names = trace.outputSpecs().stream().map(ArraySpec::name).toList();
    if (wanted == null) {
      for (int i = 0; i < names.size(); i++) {
        numbers.add(i);
      }
      return numbers;
    }
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED,
            choice() + " has no output '" + name + "'; there are " + names);
      }
      numbers.add(names.indexOf(name));
    }
    return numbers;
  }

  private record Prepared(NativeSession.Call call, List<Integer> outputs) {}

  /** The type of a tensor that python gives as {@code training}. */
  static boolean isTrainingSwitch(ArraySpec input) {
    return input.name().equals("training") && input.dtype() == DType.BOOL;
  }
}
