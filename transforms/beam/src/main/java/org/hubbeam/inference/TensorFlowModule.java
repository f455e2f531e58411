package org.hubbeam.inference;

import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOutline;

/**
 * A module of TensorFlow's.
 *
 * @param functions finds the function meant
 * @param bytes the bytes it takes in memory
 * @param closing what is done when it is not needed any more
 */
record TensorFlowModule(
    java.util.function.Function<FunctionChoice, ModuleFunction> functions,
    long bytes,
    Runnable closing)
    implements LoadedModule {

  static TensorFlowModule of(Module module) {
    return new TensorFlowModule(module::function, module.bytes(), module::close);
  }

  /** One whose functions cannot be called. */
  static TensorFlowModule of(ModuleOutline outline) {
    return new TensorFlowModule(outline::function, outline.bytes(), () -> {});
  }

  @Override
  public Function function(FunctionChoice choice, Use use) {
    ModuleFunction function =
        functions.apply(choice).withConstants(use.constants()).taking(use.inputs());
    if (use.outputs() != null) {
      function = function.only(use.outputs());
    }
    return new Function(
        function.choice().toString(),
        function.inputs(),
        function.outputs(),
        function.changesState() ? State.CHANGED : State.KEPT,
        function);
  }

  @Override
  public void close() {
    closing.run();
  }
}
