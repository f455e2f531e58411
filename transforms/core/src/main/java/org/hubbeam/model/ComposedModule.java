// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.tensorflow.Graph;

/**
 * A module that calls functions of other modules. Tensors stay in TensorFlow between them. Each
 * module is in it once, however often it is called.
 *
 * <p>It has the function {@value #CHAIN}, which makes all calls, and {@code link_0, link_1, ...},
 * which make one each, on the same variables and tables.
 *
 * @param inputs what {@value #CHAIN} takes
 * @param steps in an order in which they can be done; each gives values under new names
 * @param outputs what {@value #CHAIN} gives: names of values by the names of outputs
 */
@Internal
public record ComposedModule(
    List<ArraySpec> inputs, List<Step> steps, Map<String, String> outputs) {

  /** The function that makes all calls. */
  public static final String CHAIN = "chain";

  public ComposedModule {
    inputs = List.copyOf(inputs);
    steps = List.copyOf(steps);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /** Something to do. */
  public sealed interface Step {}

  /**
   * A call of a function.
   *
   * @param constants inputs that are the same in every call
   * @param inputs names of values by the function's inputs
   * @param outputs the names that values get by the function's outputs; others are left out
   */
  public record Call(
      Source module,
      FunctionChoice function,
      Map<String, Array> constants,
      Map<String, String> inputs,
      Map<String, String> outputs,
      Rows rows)
      implements Step {
    public Call {
      constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
      outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }
  }

  /**
   * Vectors joined along their last dimension.
   *
   * @param values their names
   * @param joined the name of what comes out
   */
  public record Join(List<String> values, String joined) implements Step {
    public Join {
      values = List.copyOf(values);
    }
  }

  /** A module that is taken in. */
  public record Source(Path folder, ModuleOptions options) {}

  /** How rows go into a call. */
  public enum Rows {
    /** All in one call. */
    TOGETHER,
    /**
     * Each in a call of its own, as a batch of one; an input with a dimension less than its value
     * takes the value of the row itself. Outputs have as many rows as the call, which is one.
     */
    ONE_BY_ONE
  }

  /** The function that makes the call of a number, counted over the calls, from 0 on. */
  public static String link(int number) {
    return "link_" + number;
  }

  /** The name that an input or output of a function goes by in {@link #link} functions. */
  public static String named(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_]", "_");
    return Character.isDigit(plain.charAt(0)) ? "_" + plain : plain;
  }

  /**
   * Looks whether the module can be written; nothing is.
   *
   * @throws ModuleException when a module cannot be taken in, or a function does not take what it
   *     is given
   */
  public void check() {
    writer();
  }

  /**
   * Writes the module into a new folder.
   *
   * @throws ModuleException as {@link #check} does
   */
  public void write(Path folder) throws IOException {
    writer().write(folder);
  }

  private ModuleWriter writer() {
    ModuleWriter writer = ModuleWriter.create();
    List<GraftedFunction> functions = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Call call) {
        functions.add(
            writer
                .graft("module_" + functions.size(), call.module.folder, call.module.options)
                .function(call.function)
                .given(call.constants, call.inputs.keySet()));
      }
    }
    List<Map<String, ArraySpec>> taken = new ArrayList<>();
    writer.function(CHAIN, FunctionInputs.of(inputs), chain(writer, functions, taken));
    int number = 0;
    for (Step step : steps) {
      if (step instanceof Call call) {
        addLink(writer, number, call, functions.get(number), taken.get(number));
        number++;
      }
    }
    return writer;
  }

  /**
   * The graph of all calls.
   *
   * @param taken gets what each call is given, by the names of its inputs
   */
  private FunctionGraph chain(
      ModuleWriter writer, List<GraftedFunction> functions, List<Map<String, ArraySpec>> taken) {
    try (Graph graph = NativeRuntime.newGraph()) {
      FunctionScope scope = new FunctionScope(graph, FunctionInputs.of(inputs), writer);
      ComposedCalls calls = new ComposedCalls(scope, inputs);
      for (Step step : steps) {
        if (step instanceof Call call) {
          taken.add(calls.add(call, functions.get(taken.size())));
        } else {
          calls.add((Join) step);
        }
      }
      outputs.forEach((name, value) -> scope.output(name, calls.value(value)));
      return calls.rowByRow(scope.graph(graph.toGraphDef()), writer.ops());
    }
  }

  private static void addLink(
      ModuleWriter writer,
      int number,
      Call call,
      GraftedFunction function,
      Map<String, ArraySpec> taken) {
    List<ArraySpec> specs = new ArrayList<>();
    taken.forEach((name, spec) -> specs.add(spec.named(named(name))));
    writer.function(
        link(number),
        FunctionInputs.of(specs),
        f -> {
          Map<String, ArrayOperand> given = new LinkedHashMap<>();
          taken.keySet().forEach(name -> given.put(name, f.array(named(name))));
          Map<String, ArrayOperand> outputs = f.call(function, given);
          call.outputs
              .keySet()
              .forEach(name -> f.output(named(name), Objects.requireNonNull(outputs.get(name))));
        });
  }
}
