// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the graphs of a polymorphic function. A python argument that the caller leaves out
 * has its default; {@code training} without one is false.
 */
final class TraceChooser {

  private final Member member;
  private final FunctionChoice choice;
  private final Given given;
  private final List<Trace> candidates;

  TraceChooser(Member member, FunctionChoice choice, Given given) {
    this.member = member;
    this.choice = choice;
    this.given = given;
    this.candidates =
        member.traces().stream()
            .filter(t -> agrees(t) && given.fits(t))
            .sorted(Comparator.comparing(this::extra))
            .toList();
  }

  /**
   * What is known of the inputs before any call.
   *
   * @param constants inputs that have these arrays in every call
   * @param named inputs that each call will give
   */
  record Given(Map<String, Array> constants, Set<String> named) {
    static final Given NOTHING = new Given(Map.of(), Set.of());

    Given {
      constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
      named = Collections.unmodifiableSet(new LinkedHashSet<>(named));
    }

    /** Why a trace cannot be called with this; null when it can. */
    @Nullable String misfit(Trace trace) {
      for (String name : named) {
        if (trace.input(name).isEmpty()) {
          return "it has no input '" + name + "'";
        }
      }
      for (Map.Entry<String, Array> constant : constants.entrySet()) {
        String name = constant.getKey();
        Optional<Structure.Tensor> input = trace.input(name);
        if (input.isEmpty()) {
          return "it has no input '" + name + "'";
        }
        ArraySpec spec = input.get().spec();
        if (!TraceChooser.fits(spec, Composites.widened(constant.getValue(), spec.dtype()))) {
          return TraceChooser.misfit(spec, constant.getValue().spec(name));
        }
      }
      return null;
    }

    boolean fits(Trace trace) {
      return misfit(trace) == null;
    }
  }

  /** The graphs with the chosen python arguments, those that the caller would mean first. */
  List<Trace> candidates() {
    return candidates;
  }

  /** The first graph with the chosen python arguments. */
  Trace first() {
    if (candidates.isEmpty()) {
      for (Trace trace : member.traces()) {
        if (agrees(trace)) {
          throw new ModuleException(
              ModuleException.Kind.MISUSED,
              new FunctionChoice(member.name(), choice.arguments())
                  + ": "
                  + given.misfit(trace)
                  + "; there are:"
                  + Module.describe(List.of(member)));
        }
      }
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          member.name()
              + " has no graph for the arguments "
              + choice.arguments()
              + "; there are:"
              + Module.describe(List.of(member)));
    }
    return candidates.get(0);
  }

  /** The graph that takes these inputs. */
  Trace choose(Map<String, Array> inputs) {
    Map<String, ArraySpec> specs = new LinkedHashMap<>();
    inputs.forEach((name, array) -> specs.put(name, array.spec(name)));
    return choose(specs, (input, name) -> fits(input, Objects.requireNonNull(inputs.get(name))));
  }

  /** The graph that takes arrays of which this is known. */
  Trace chooseBySpecs(Map<String, ArraySpec> inputs) {
    return choose(inputs, (input, name) -> fits(input, Objects.requireNonNull(inputs.get(name))));
  }

  private Trace choose(Map<String, ArraySpec> inputs, BiPredicate<ArraySpec, String> fits) {
    Trace first = first();
    List<String> reasons = new ArrayList<>();
    for (Trace trace : candidates) {
      String reason = misfit(trace, inputs, fits);
      if (reason == null) {
        return trace;
      }
      reasons.add(reason);
    }
    throw new ModuleException(
        ModuleException.Kind.MISUSED,
        new FunctionChoice(member.name(), choice.arguments())
            + (reasons.size() == 1
                ? ": " + reasons.get(0)
                : ": none of its " + reasons.size() + " graphs takes these inputs: " + reasons)
            + "; it takes "
            + new ModuleInfo.Variant(first.inputSpecs(), first.arguments(), first.outputSpecs()));
  }

  /** Whether the caller need not give an input. */
  boolean isFilled(ArraySpec input) {
    String name = input.name();
    return isConstant(name)
        || !given.named().contains(name)
            && (choice.arguments().containsKey(name)
                || member.tensorDefaults().containsKey(name)
                || isNumber(member.defaults().get(name)) && scalar(input)
                || ModuleFunction.isTrainingSwitch(input));
  }

  /** Whether an input has the same array in every call. */
  boolean isConstant(String input) {
    return given.constants().containsKey(input);
  }

  /** The array of an input that the caller did not give. */
  Array filled(Structure.Tensor input) {
    String name = input.path();
    Array constant = given.constants().get(name);
    if (constant != null) {
      return Composites.widened(constant, input.spec().dtype());
    }
    if (choice.arguments().containsKey(name)) {
      return TensorProtos.scalar(name, choice.arguments().get(name), input.spec().dtype());
    }
    if (member.tensorDefaults().containsKey(name)) {
      return member.tensorDefaults().get(name);
    }
    if (isNumber(member.defaults().get(name))) {
      return TensorProtos.scalar(name, member.defaults().get(name), input.spec().dtype());
    }
    return Array.Dense.scalar(new Values.Numbers(org.hubbeam.batch.DType.BOOL, new byte[] {0}));
  }

  private static boolean isNumber(@Nullable Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  private static boolean scalar(ArraySpec input) {
    return input.shape().hasRank() && input.shape().rank() == 0;
  }

  private boolean agrees(Trace trace) {
    for (Map.Entry<String, @Nullable Object> fixed : trace.arguments().entrySet()) {
      String name = fixed.getKey();
      if (choice.arguments().containsKey(name)) {
        if (!same(choice.arguments().get(name), fixed.getValue())) {
          return false;
        }
      } else if (member.defaults().containsKey(name)) {
        if (!same(member.defaults().get(name), fixed.getValue())) {
          return false;
        }
      } else if (name.equals("training") && Boolean.TRUE.equals(fixed.getValue())) {
        return false;
      }
    }
    return choice.arguments().keySet().stream()
        .allMatch(a -> trace.arguments().containsKey(a) || trace.input(a).isPresent() || isNone(a));
  }

  private boolean isNone(String argument) {
    return choice.arguments().get(argument) == null;
  }

  /** Whether a trace takes, as a tensor, what a caller may leave out. */
  private boolean extra(Trace trace) {
    return trace.inputs().stream()
        .anyMatch(
            i ->
                member.defaults().containsKey(i.path())
                    && !choice.arguments().containsKey(i.path()));
  }

  private static boolean same(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    return Objects.equals(a, b);
  }

  private @Nullable String misfit(
      Trace trace, Map<String, ArraySpec> inputs, BiPredicate<ArraySpec, String> fits) {
    for (Structure.Tensor input : trace.inputs()) {
      ArraySpec given = inputs.get(input.path());
      if (given == null) {
        if (!isFilled(input.spec())) {
          return "it needs the input '" + input.path() + "', given are " + inputs.keySet();
        }
      } else if (!fits.test(input.spec(), input.path())) {
        return misfit(input.spec(), given);
      }
    }
    for (String name : inputs.keySet()) {
      if (trace.input(name).isEmpty()) {
        return "it has no input '" + name + "'";
      }
    }
    return null;
  }

  private static boolean fits(ArraySpec spec, Array array) {
    return spec.dtype() == array.dtype()
        && (spec.layout() == array.layout()
            || spec.layout() == Layout.RAGGED && array.layout() == Layout.DENSE)
        && spec.shape().admits(array.dims());
  }

  private static String misfit(ArraySpec spec, ArraySpec given) {
    return "the input '"
        + spec.name()
        + "' takes "
        + described(spec)
        + ", given is "
        + described(given);
  }

  private static boolean fits(ArraySpec spec, ArraySpec given) {
    return spec.dtype() == given.dtype()
        && spec.layout() == given.layout()
        && (!given.shape().hasRank() || spec.shape().admits(given.shape().dims()));
  }

  private static String described(ArraySpec spec) {
    return spec.type();
  }
}
