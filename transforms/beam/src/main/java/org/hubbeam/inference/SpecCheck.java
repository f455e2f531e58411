package org.hubbeam.inference;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.vectors.PostProcessing;

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
  static RunModule.Called batches(ModuleSpec spec, ModuleLoader loader) {
    AtomicReference<RunModule.Called> called = new AtomicReference<>(unseen(spec));
    check(spec, loader, columns -> called.set(columns.called()));
    return called.get();
  }

  /** What is called, as far as the spec tells without a look at the module. */
  static RunModule.Called unseen(ModuleSpec spec) {
    return new RunModule.Called(
        spec.function().toString(),
        Columns.byColumn(spec.mapping().outputs()),
        spec.mapping().constants());
  }

  /**
   * Checks a spec that is to give vectors.
   *
   * @param steps what is done to them
   * @param given the columns that there are; null when they are not known yet
   * @throws org.hubbeam.model.ModuleException as above, or when the output cannot be vectors
   * @throws IllegalArgumentException when the steps are not for such vectors, or have a mask that
   *     is not there
   */
  static void vector(
      ModuleSpec spec, ModuleLoader loader, PostProcessing steps, Set<String> given) {
    String mask = steps.pooling().mask();
    if (given != null && !mask.isEmpty() && !given.contains(mask)) {
      throw new IllegalArgumentException(
          "there is no column '" + mask + "' for a mask; there are " + given);
    }
    check(
        spec,
        loader,
        columns -> {
          Vectors.check(VectorSteps.check(steps, columns.outputSpecs().get(0)));
          if (given != null) {
            columns.bound(given);
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
        columns -> {
          List<ArraySpec> outputs = columns.outputSpecs();
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
  static Columns look(ModuleSpec spec, ModuleLoader loader) {
    try (ModuleCache.Lease lease =
        ModuleCache.JVM.lease(new ModuleCache.Key(spec.loading(), loader))) {
      return lease.module().function(spec.function(), spec.mapping()).columns();
    }
  }

  private static void check(ModuleSpec spec, ModuleLoader loader, Consumer<Columns> more) {
    if (spec.policies().check() == ModuleSpec.Check.ON_WORKERS) {
      return;
    }
    more.accept(look(spec, loader));
  }
}
