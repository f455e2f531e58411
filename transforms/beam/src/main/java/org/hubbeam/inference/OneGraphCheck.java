// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.inference.ChainPlan.Slot;
import org.hubbeam.model.ModuleException;
import org.jspecify.annotations.Nullable;

/** Whether a chain in one graph would give what it gives through batches. */
final class OneGraphCheck {
  private final ChainPlan plan;

  private OneGraphCheck(ChainPlan plan) {
    this.plan = plan;
  }

  /** Why a chain cannot be in one graph; empty when it can. */
  static Optional<String> obstacle(ChainPlan plan, ModuleLoader loader) {
    if (loader != ModuleLoader.FromHub.INSTANCE) {
      return Optional.of("the modules are not loaded by TensorFlow");
    }
    if (plan.calls().stream().anyMatch(c -> c.spec().loading().options().isolation() != null)) {
      return Optional.of("the modules are to have processes of their own");
    }
    if (plan.calls().stream().anyMatch(c -> c.spec().loading().poll() != null)) {
      return Optional.of("the modules are updated while the job runs");
    }
    OneGraphCheck check = new OneGraphCheck(plan);
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof ChainPlan.Call call) {
        String obstacle = check.call(i, call);
        if (obstacle != null) {
          return Optional.of(call.label() + ": " + obstacle);
        }
      }
    }
    String together = check.together();
    if (together != null) {
      return Optional.of(together);
    }
    try {
      new OneGraph(plan).module().check();
      return Optional.empty();
    } catch (ModuleException | IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable String call(int step, ChainPlan.Call call) {
    if (call.function().changesState()) {
      return "it changes its variables or tables in every call";
    }
    for (ArraySpec input : call.function().inputs()) {
      String obstacle = input.equals(call.seed()) ? null : input(call, input);
      if (obstacle != null) {
        return obstacle;
      }
    }
    for (String column : call.kept()) {
      ArraySpec output = call.function().output(column);
      if (!hasRows(output)) {
        return "its output " + output + " is not one row for each row";
      }
    }
    return policies(step, call.spec().policies());
  }

  private @Nullable String input(ChainPlan.Call call, ArraySpec input) {
    if (!hasRows(input)) {
      return "its input " + input + " does not take any number of rows";
    }
    Slot slot = call.inputs().get(input.name());
    if (slot == null) {
      return null;
    }
    ArraySpec given = given(slot);
    return handsOver(given, input) ? null : "its input " + input + " is made of " + given;
  }

  private ArraySpec given(Slot slot) {
    if (plan.steps().get(slot.step()) instanceof ChainPlan.Call call) {
      return call.function().output(slot.column());
    }
    ChainPlan.Concat concat = (ChainPlan.Concat) plan.steps().get(slot.step());
    return JoinedVectors.spec(concat.column(), concat.takes().stream().map(this::given).toList());
  }

  /** Whether rows are handed over as they are, or in a wider type. */
  private static boolean handsOver(ArraySpec given, ArraySpec taken) {
    boolean floats =
        given.dtype().isFloating()
            && taken.dtype().isFloating()
            && given.dtype().bytes() >= 4
            && taken.dtype().bytes() >= 4;
    boolean wider =
        (given.dtype() == DType.INT32 || given.dtype() == DType.UINT8)
            && taken.dtype() == DType.INT64;
    return (given.dtype() == taken.dtype() || floats || wider)
        && given.shape().rank() == taken.shape().rank();
  }

  private static boolean hasRows(ArraySpec spec) {
    Shape shape = spec.shape();
    return spec.layout() == Layout.DENSE && shape.hasRank() && shape.rank() > 0 && shape.dim(0) < 0;
  }

  private @Nullable String policies(int step, ModuleSpec.Policies policies) {
    boolean last = plan.isLast(step);
    if (policies.nonFinite() == ModuleSpec.NonFinite.FAIL && !last) {
      return "its outputs that are not finite are failures";
    }
    boolean alone = plan.calls().size() == 1;
    if (policies.blank() == BlankText.ZERO && !alone) {
      return "it gives zeros for blank texts";
    }
    boolean looks =
        policies.blank() != BlankText.EMBED || policies.longText().action() != LongText.Action.PASS;
    boolean texts =
        plan.calls().stream().filter(c -> !c.open().isEmpty()).count() > 1
            || ((ChainPlan.Call) plan.steps().get(step)).open().isEmpty();
    return looks && texts ? "it looks at its texts, and others take columns too" : null;
  }

  private @Nullable String together() {
    if (different(c -> c.loading().options().devices())) {
      return "the links are to have different devices";
    }
    if (different(c -> c.loading().options().timeouts())) {
      return "the links are to have different time limits";
    }
    List<ModuleSpec.NonFinite> last =
        plan.calls().stream()
            .filter(c -> plan.isLast(plan.steps().indexOf(c)))
            .map(c -> c.spec().policies().nonFinite())
            .distinct()
            .toList();
    return last.size() > 1 ? "outputs that are not finite are failures of some links only" : null;
  }

  private boolean different(Function<ModuleSpec, Object> option) {
    return plan.calls().stream().map(c -> option.apply(c.spec())).distinct().count() > 1;
  }

  /** The policies of the whole. */
  static ModuleSpec.Policies policies(ChainPlan plan) {
    List<ModuleSpec.Policies> all = plan.calls().stream().map(c -> c.spec().policies()).toList();
    ModuleSpec.Policies first =
        plan.calls().stream()
            .filter(c -> !c.open().isEmpty())
            .map(c -> c.spec().policies())
            .findFirst()
            .orElse(all.get(0));
    Limits limits =
        new Limits(
            all.stream().mapToInt(p -> p.limits().rows()).min().getAsInt(),
            all.stream().mapToLong(p -> p.limits().bytes()).min().getAsLong(),
            first.limits().failures());
    return new ModuleSpec.Policies(
        first.blank(),
        first.longText(),
        limits,
        first.check(),
        all.get(all.size() - 1).nonFinite());
  }
}
