// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.nio.file.Path;
import org.hubbeam.hub.Hub;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.ModuleOutline;

/**
 * How a module gets into memory; tests load modules without TensorFlow. Equal loaders load equal
 * modules.
 */
interface ModuleLoader extends Serializable {

  /** Loads a module; slow. */
  LoadedModule load(ModuleSpec.Loading loading);

  /** A module whose functions are looked at and not called, without its weights if possible. */
  default LoadedModule look(ModuleSpec.Loading loading) {
    return load(loading);
  }

  /** Handles are resolved by the hub, folders loaded by TensorFlow. */
  enum FromHub implements ModuleLoader {
    INSTANCE;

    @Override
    public LoadedModule load(ModuleSpec.Loading loading) {
      Source source = source(loading);
      return Module.load(source.folder(), source.options());
    }

    @Override
    public LoadedModule look(ModuleSpec.Loading loading) {
      Source source = source(loading);
      return ModuleOutline.read(source.folder(), source.options());
    }

    /** The folder of a module, and its options with the trust that its origin deserves. */
    static Source source(ModuleSpec.Loading loading) {
      Hub.Resolved resolved = Hub.of(loading.hub()).resolve(loading.handle());
      return new Source(resolved.folder(), loading.options().withOriginOf(resolved));
    }

    /** A module on this machine. */
    record Source(Path folder, ModuleOptions options) {}
  }
}
