package org.hubbeam.inference;

import java.util.List;
import org.hubbeam.batch.ArraySpec;

/** What the function of a spec takes: for steps before it that make what it wants. */
public final class ModuleInputs {

  private ModuleInputs() {}

  /**
   * Loads the module, which stays loaded for what comes soon, and looks at the function.
   *
   * @return its inputs, without those that a python argument or a default fills
   * @throws org.hubbeam.model.ModuleException when the module or the function is not there
   */
  public static List<ArraySpec> of(ModuleSpec spec) {
    return SpecCheck.look(spec, ModuleLoader.FromHub.INSTANCE).inputSpecs();
  }
}
