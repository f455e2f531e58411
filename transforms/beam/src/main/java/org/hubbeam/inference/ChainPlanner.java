// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.inference.ChainPlan.Slot;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what each link of a chain takes of which other, and that it can.
 *
 * <p>What is wrong between two links is told with both, and with what the one gives and the other
 * takes.
 */
final class ChainPlanner {
  private final HubChain.Seeds seeds;
  private final Function<ModuleSpec, MappedFunction> look;
  private final List<ChainPlan.Step> steps = new ArrayList<>();
  private final List<List<ArraySpec>> gives = new ArrayList<>();

  private ChainPlanner(HubChain.Seeds seeds, Function<ModuleSpec, MappedFunction> look) {
    this.seeds = seeds;
    this.look = look;
  }

  /**
   * The plan of a chain.
   *
   * @param seeds what inputs that are seeds take where they are given nothing else
   * @param look finds the function that a spec means, with what it takes and gives
   * @throws ModuleException when a link has no such function, input or output, or cannot take what
   *     it is given
   */
  static ChainPlan plan(
      ModuleChain chain, HubChain.Seeds seeds, Function<ModuleSpec, MappedFunction> look) {
    ChainPlanner planner = new ChainPlanner(seeds, look);
    Scope end = planner.sequence(chain, Scope.EMPTY, "");
    Map<String, Slot> outputs = new LinkedHashMap<>();
    end.before.forEach(given -> outputs.put(given.spec.name(), given.slot));
    chain.kept().forEach(column -> outputs.putIfAbsent(column, end.slot(column)));
    ChainPlan plan = new ChainPlan(planner.steps, outputs);
    planner.checkTaken(plan);
    return plan.pruned();
  }

  /** An output that later links may take; the spec's name is its column. */
  private record Given(ArraySpec spec, Slot slot) {}

  /**
   * What a link sees.
   *
   * @param before what the link before gave
   * @param all what all links gave, by column; the nearest wins
   */
  private record Scope(List<Given> before, Map<String, Given> all) {
    static final Scope EMPTY = new Scope(List.of(), Map.of());

    Scope after(List<Given> outputs) {
      Map<String, Given> more = new LinkedHashMap<>(all);
      outputs.forEach(given -> more.put(given.spec.name(), given));
      return new Scope(outputs, more);
    }

    /** What gives a column that is to be kept. */
    Slot slot(String column) {
      Given given = all.get(column);
      if (given == null) {
        throw misused("the column '" + column + "' is to be kept; the links give " + all.keySet());
      }
      return given.slot;
    }

    static Optional<Given> named(Collection<Given> givens, String... names) {
      for (String name : names) {
        for (Given given : givens) {
          if (given.spec.name().equals(name)) {
            return Optional.of(given);
          }
        }
      }
      return Optional.empty();
    }
  }

  private Scope sequence(ModuleChain chain, Scope start, String path) {
    Scope scope = start;
    for (int i = 0; i < chain.links().size(); i++) {
      String at = path + (i + 1);
      List<Given> outputs =
          chain.links().get(i) instanceof ModuleChain.Join join
              ? List.of(join(join, scope, at))
              : call(
                  ((ModuleChain.Call) chain.links().get(i)).spec(),
                  scope,
                  at,
                  wanted(i + 1 < chain.links().size() ? chain.links().get(i + 1) : null));
      scope = scope.after(outputs);
    }
    return scope;
  }

  /** The size of images that a link takes. */
  private ImageSize wanted(ModuleChain.@Nullable Link next) {
    return next instanceof ModuleChain.Call call
        ? ImageSize.taken(look.apply(call.spec()).inputSpecs())
        : ImageSize.ANY;
  }

  private Given join(ModuleChain.Join join, Scope scope, String path) {
    List<Given> sides = new ArrayList<>();
    for (int i = 0; i < join.sides().size(); i++) {
      ModuleChain side = join.sides().get(i);
      String at = path + "." + (i + 1);
      List<Given> outputs = sequence(side, scope, at + ".").before;
      sides.add(
          lone(outputs)
              .orElseThrow(
                  () ->
                      misused(
                          "side "
                              + at
                              + " of the join into '"
                              + join.column()
                              + "' gives not one output but "
                              + specs(outputs)
                              + "; keep one of them with withOutput")));
    }
    ArraySpec joined;
    try {
      joined = JoinedVectors.spec(join.column(), specs(sides));
    } catch (IllegalArgumentException e) {
      throw misused("link " + path + ": " + e.getMessage());
    }
    steps.add(
        new ChainPlan.Concat(
            "link " + path + " (join)", sides.stream().map(Given::slot).toList(), join.column()));
    return added(List.of(joined)).get(0);
  }

  private List<Given> call(ModuleSpec given, Scope scope, String path, ImageSize size) {
    ModuleSpec spec = seeded(size.completed(given, look.apply(given)));
    MappedFunction called = look.apply(spec);
    ChainPlan.Signature function = called.signature();
    String label = "link " + path + " (" + spec.shown() + ", function " + function.name() + ")";
    Map<String, Slot> inputs = new LinkedHashMap<>();
    ArraySpec seed = seed(called).orElse(null);
    List<ArraySpec> others = new ArrayList<>(called.inputSpecs());
    others.remove(seed);
    taken(others, called, scope)
        .forEach(
            (input, from) -> {
              if (from == null) {
                return;
              }
              if (!HandOver.fits(from.spec, input)) {
                throw misused(
                    label
                        + " takes "
                        + input
                        + ", but "
                        + label(from.slot.step())
                        + " gives "
                        + from.spec);
              }
              inputs.put(input.name(), from.slot);
            });
    steps.add(
        new ChainPlan.Call(
            label,
            spec.handle(),
            spec,
            function,
            inputs,
            seed,
            List.copyOf(function.outputs().keySet())));
    return added(ImageSize.known(spec, called.outputSpecs()));
  }

  /** The input that takes a seed, if nothing else is given to it. */
  private static Optional<ArraySpec> seed(MappedFunction called) {
    return called.inputSpecs().stream()
        .filter(RecordSeeds::isSeed)
        .filter(i -> called.columns().column(i.name()) == null)
        .findFirst();
  }

  private ModuleSpec seeded(ModuleSpec spec) {
    if (seeds.seeding() == Seeding.PER_RECORD) {
      return spec;
    }
    return seed(look.apply(spec))
        .map(i -> spec.withConstant(i.name(), new RecordSeeds(i, seeds, 0).fixed()))
        .orElse(spec);
  }

  /** What is given to each input; null where the batch or a default is to fill it. */
  private static Map<ArraySpec, @Nullable Given> taken(
      List<ArraySpec> inputs, MappedFunction called, Scope scope) {
    Map<ArraySpec, @Nullable Given> taken = new LinkedHashMap<>();
    List<ArraySpec> left = new ArrayList<>();
    for (ArraySpec input : inputs) {
      String column = called.columns().column(input.name());
      if (column != null) {
        taken.put(input, scope.all.get(column));
      } else {
        taken.put(
            input,
            Scope.named(scope.before, input.name(), called.columns().shortest(input.name()))
                .orElse(null));
        left.add(input);
      }
    }
    left.removeIf(input -> taken.get(input) != null);
    if (left.size() == 1
        && taken.values().stream().noneMatch(g -> g != null && scope.before.contains(g))) {
      taken.put(left.get(0), lone(scope.before).orElse(null));
    }
    for (ArraySpec input : left) {
      if (taken.get(input) == null) {
        taken.put(
            input,
            Scope.named(scope.all.values(), input.name(), called.columns().shortest(input.name()))
                .orElse(null));
      }
    }
    return taken;
  }

  private static Optional<Given> lone(List<Given> outputs) {
    return outputs.size() == 1 ? Optional.of(outputs.get(0)) : Scope.named(outputs, "default");
  }

  /** The outputs of the step that was added last. */
  private List<Given> added(List<ArraySpec> outputs) {
    gives.add(outputs);
    int step = steps.size() - 1;
    return outputs.stream().map(o -> new Given(o, new Slot(step, o.name()))).toList();
  }

  /** Every step but those that the chain's outputs come from is there for a later one. */
  private void checkTaken(ChainPlan plan) {
    for (int i = 0; i < steps.size(); i++) {
      int step = i;
      if (plan.neededFrom(0).stream().noneMatch(slot -> slot.step() == step)) {
        throw misused(
            label(i) + " gives " + gives.get(i) + ", of which nothing is taken: " + takers(i));
      }
    }
  }

  private String takers(int step) {
    List<String> takers = new ArrayList<>();
    for (ChainPlan.Step later : steps.subList(step + 1, steps.size())) {
      if (later instanceof ChainPlan.Call call) {
        takers.add(call.label() + " takes " + look.apply(call.spec()).inputSpecs());
      }
    }
    return String.join("; ", takers) + "; name the column that an input takes with withInput";
  }

  private String label(int step) {
    return steps.get(step).label();
  }

  private static List<ArraySpec> specs(List<Given> givens) {
    return givens.stream().map(Given::spec).toList();
  }

  private static ModuleException misused(String message) {
    return new ModuleException(Kind.MISUSED, message);
  }
}
