package org.hubbeam.inference;

import java.io.Serializable;
import org.hubbeam.hub.Hub;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;

/** How a module gets into memory. Equal loaders load equal modules. */
interface ModuleLoader extends Serializable {

  /** Loads a module; slow. */
  LoadedModule load(ModuleSpec.Loading loading);

  /** Handles are resolved by the hub, folders loaded by TensorFlow. */
  enum FromHub implements ModuleLoader {
    INSTANCE;

    @Override
    public LoadedModule load(ModuleSpec.Loading loading) {
      Hub.Resolved resolved = Hub.of(loading.hub()).resolve(loading.handle());
      ModuleOptions options =
          loading
              .options()
              .withOrigin(
                  resolved.remote() ? ModuleOptions.Origin.REMOTE : ModuleOptions.Origin.LOCAL);
      Module module = Module.load(resolved.folder(), options);
      return new LoadedModule() {
        @Override
        public Function function(FunctionChoice choice, Use use) {
          ModuleFunction function =
              module.function(choice).withConstants(use.constants()).taking(use.inputs());
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
        public long bytes() {
          return module.bytes();
        }

        @Override
        public void close() {
          module.close();
        }
      };
    }
  }
}
