// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.vectors.PostProcessing;
import org.jspecify.annotations.Nullable;

/** Looks at a module before the job starts, so that a wrong spec fails where it was written. */
final class SpecCheck {

  private SpecCheck() {}

  /**
   * Checks a spec against its module.
   *
   * @return what is called, by the names that were found
   * @throws org.hubbeam.model.ModuleException when the module, the function, or an input or output
   *     of the mapping is not there
   */
  static CallResult.Called batches(ModuleSpec spec, ModuleLoader loader) {
    if (spec.policies().check() == ModuleSpec.Check.ON_WORKERS) {
      return CallResult.Called.unseen(List.of(spec), Composition.BATCHES);
    }
    MappedFunction function = look(spec, loader);
    return new CallResult.Called(
        List.of(CallResult.Link.of(function.name(), spec)), function.kept(), Composition.BATCHES);
  }

  /**
   * Checks a spec that is to give vectors.
   *
   * @param steps what is done to them
   * @param given the columns that there are; null when they are not known yet
   * @throws org.hubbeam.model.ModuleException as above, or when the output cannot be vectors
   * @throws IllegalArgumentException when a column has no dtype that its input takes, or the steps
   *     are not for such vectors or have a mask that is not there
   */
  static void vector(
      ModuleSpec spec,
      ModuleLoader loader,
      PostProcessing steps,
      @Nullable Map<String, Kinds.Column> given) {
    String mask = steps.pooling().mask();
    if (given != null && !mask.isEmpty() && !given.containsKey(mask)) {
      throw new IllegalArgumentException(
          "there is no column '" + mask + "' for a mask; there are " + given.keySet());
    }
    check(
        spec,
        loader,
        function -> {
          Vectors.check(VectorSteps.check(steps, function.outputSpecs().get(0)));
          if (given != null) {
            function.check(given);
          }
        });
  }

  /**
   * Checks that the steps are for a column that a spec gives.
   *
   * @throws org.hubbeam.model.ModuleException as above
   * @throws IllegalArgumentException when it gives no such column, or not such as the steps are for
   */
  static void steps(ModuleSpec spec, ModuleLoader loader, PostProcessing steps, String column) {
    check(
        spec,
        loader,
        function -> {
          List<ArraySpec> outputs = function.outputSpecs();
          ArraySpec output =
              outputs.stream()
                  .filter(o -> o.name().equals(column))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "the call gives no column '" + column + "'; it gives " + outputs));
          List<ArraySpec> unused = steps.check(output);
        });
  }

  /** The function that a spec means, with what it takes and gives; the module is loaded for it. */
  static MappedFunction look(ModuleSpec spec, ModuleLoader loader) {
    try (ModuleCache.Lease lease =
        ModuleCache.JVM.lease(new ModuleCache.Key(ModuleVersions.loading(spec, loader), loader))) {
      return lease.function(spec.function(), spec.mapping());
    }
  }

  private static void check(ModuleSpec spec, ModuleLoader loader, Consumer<MappedFunction> more) {
    if (spec.policies().check() == ModuleSpec.Check.ON_WORKERS) {
      return;
    }
    more.accept(look(spec, loader));
  }
}
