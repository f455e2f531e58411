package org.hubbeam.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;

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
   * A call.
   *
   * @param function the function's name
   * @param inputs what earlier steps give the inputs; the batch, the mapping and defaults fill the
   *     others
   * @param open the inputs that the batch is to give
   * @param seed the input that takes a seed for each record; null where none does
   * @param kept the outputs that steps and the chain take, by the column that keeps each
   */
  record Call(
      String label,
      ModuleSpec spec,
      String function,
      Map<String, Slot> inputs,
      List<ArraySpec> open,
      ArraySpec seed,
      Map<String, String> kept)
      implements Step {
    Call {
      inputs = ordered(inputs);
      open = List.copyOf(open);
      kept = ordered(kept);
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
                steps.get(slot.step) instanceof Call call
                    ? call.kept.get(slot.column)
                    : slot.column));
    return keys;
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
        Map<String, String> kept = new LinkedHashMap<>(call.kept);
        kept.keySet().removeIf(column -> !needed.contains(new Slot(step, column)));
        fewer.add(
            new Call(call.label, call.spec, call.function, call.inputs, call.open, call.seed, kept));
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
