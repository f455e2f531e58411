// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.model.InputNames;
import org.jspecify.annotations.Nullable;

/**
 * A chain with everything found: which function each link calls, and where each of its inputs comes
 * from.
 *
 * @param steps in an order in which they can be done
 * @param outputs where the columns that the chain gives come from
 */
record ChainPlan(List<Step> steps, Map<String, Slot> outputs) implements Serializable {

  ChainPlan {
    steps = List.copyOf(steps);
    outputs = ordered(outputs);
  }

  /** What an earlier step gave: one output, by the column that it is kept under. */
  record Slot(int step, String column) implements Serializable {

    /** The name of the slot among columns; no user writes such a name. */
    String name() {
      return "\0" + step + "/" + column;
    }
  }

  /** Something to do. */
  sealed interface Step extends Serializable {
    /** The link, for messages: {@code link 2 (HANDLE, function __call__)}. */
    String label();

    /** What it takes of earlier steps. */
    List<Slot> takes();
  }

  /**
   * A function as a link calls it.
   *
   * @param name with its python arguments
   * @param inputs what it takes, without what constants and defaults fill
   * @param outputs what it gives, each as the function declares it, by the column that keeps it
   * @param changesState whether calls can change the module
   */
  record Signature(
      String name, List<ArraySpec> inputs, Map<String, ArraySpec> outputs, boolean changesState)
      implements Serializable {
    Signature {
      inputs = List.copyOf(inputs);
      outputs = ordered(outputs);
    }

    /** The output that a column keeps. */
    ArraySpec output(String column) {
      return Objects.requireNonNull(outputs.get(column), column);
    }
  }

  /**
   * A call.
   *
   * @param handle of the module, for failures
   * @param spec what is called; its constants are complete
   * @param inputs what earlier steps give the inputs; the batch, the mapping and defaults fill the
   *     others
   * @param seed the input that takes a seed for each record; null where none does
   * @param kept the columns of the outputs that steps and the chain take
   */
  record Call(
      String label,
      String handle,
      ModuleSpec spec,
      Signature function,
      Map<String, Slot> inputs,
      @Nullable ArraySpec seed,
      List<String> kept)
      implements Step {
    Call {
      inputs = ordered(inputs);
      kept = List.copyOf(kept);
    }

    /** The inputs that the batch is to give. */
    List<ArraySpec> open() {
      return function.inputs.stream()
          .filter(i -> !inputs.containsKey(i.name()) && !i.equals(seed))
          .toList();
    }

    /** The columns of the batch that the mapping names, by the inputs that are to take them. */
    Map<String, String> named() {
      Map<String, String> named = new LinkedHashMap<>();
      spec.mapping()
          .inputs()
          .forEach(
              (input, column) ->
                  named.put(
                      InputNames.find(function.inputs, input).map(ArraySpec::name).orElse(input),
                      column));
      List<String> open = open().stream().map(ArraySpec::name).toList();
      named.keySet().removeIf(i -> !open.contains(i) && !(i.isEmpty() && open.size() == 1));
      return named;
    }

    /** The name of the output that a column keeps. */
    String key(String column) {
      return function.output(column).name();
    }

    @Override
    public List<Slot> takes() {
      return List.copyOf(inputs.values());
    }
  }

  /**
   * Vectors joined along their last dimension.
   *
   * @param column the column of the joined vector
   */
  record Concat(String label, List<Slot> takes, String column) implements Step {
    Concat {
      takes = List.copyOf(takes);
    }
  }

  /** The calls, in their order. */
  List<Call> calls() {
    return steps.stream().filter(Call.class::isInstance).map(Call.class::cast).toList();
  }

  /** What the chain gives by column: the function's output, or the column of a join. */
  Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    outputs.forEach(
        (column, slot) ->
            keys.put(
                column,
                steps.get(slot.step) instanceof Call call ? call.key(slot.column) : slot.column));
    return keys;
  }

  /** Whether what a step gives is what the chain gives, by itself or joined. */
  boolean isLast(int step) {
    return outputs.values().stream().anyMatch(slot -> isMadeOf(slot, step));
  }

  private boolean isMadeOf(Slot slot, int step) {
    return slot.step == step
        || steps.get(slot.step) instanceof Concat concat
            && concat.takes.stream().anyMatch(part -> isMadeOf(part, step));
  }

  /** What the steps from this one on, and the end, still take. */
  Set<Slot> neededFrom(int step) {
    Set<Slot> needed = new LinkedHashSet<>(outputs.values());
    steps.subList(step, steps.size()).forEach(s -> needed.addAll(s.takes()));
    return needed;
  }

  /** The plan with the outputs that nobody takes left out of its calls. */
  ChainPlan pruned() {
    Set<Slot> needed = neededFrom(0);
    List<Step> fewer = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Call call) {
        int step = i;
        List<String> kept =
            call.kept.stream().filter(c -> needed.contains(new Slot(step, c))).toList();
        fewer.add(
            new Call(
                call.label, call.handle, call.spec, call.function, call.inputs, call.seed, kept));
      } else {
        fewer.add(steps.get(i));
      }
    }
    return new ChainPlan(fewer, outputs);
  }

  private static <V> Map<String, V> ordered(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
