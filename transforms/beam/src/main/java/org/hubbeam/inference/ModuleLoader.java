// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.hub.Hub;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
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

  /**
   * What identifies the module that a handle means at present, see {@link
   * Hub.Resolved#fingerprint}; empty where it cannot be told.
   */
  default String fingerprint(ModuleSpec.Loading loading) {
    return "";
  }

  /**
   * The handles of the numbered versions of a module, the newest first; at least one.
   *
   * @throws RuntimeException when there are none, or they cannot be listed
   */
  default List<String> versions(ModuleSpec.Loading loading) {
    throw new UnsupportedOperationException("modules of this loader have no versions");
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

    @Override
    public String fingerprint(ModuleSpec.Loading loading) {
      return Hub.of(loading.hub()).resolve(loading.handle()).fingerprint();
    }

    @Override
    public List<String> versions(ModuleSpec.Loading loading) {
      return Hub.of(loading.hub()).versions(loading.handle());
    }

    /**
     * The folder of a module, and its options with the trust that its origin deserves.
     *
     * @throws ModuleException when it is not the module that the job was built with
     */
    static Source source(ModuleSpec.Loading loading) {
      Hub.Resolved resolved = Hub.of(loading.hub()).resolve(loading.handle());
      requireSame(loading, resolved);
      return new Source(resolved.folder(), loading.options().withOriginOf(resolved));
    }

    private static void requireSame(ModuleSpec.Loading loading, Hub.Resolved resolved) {
      if (loading.fingerprint().isEmpty()) {
        return;
      }
      String found = resolved.fingerprint();
      if (!found.equals(loading.fingerprint())) {
        throw new ModuleException(
            ModuleException.Kind.NOT_LOADABLE,
            "the module "
                + loading.shown()
                + " changed while the job ran, or a worker keeps an old copy: the job was built"
                + " with the fingerprint "
                + loading.fingerprint()
                + ", and "
                + resolved.folder()
                + " of "
                + host()
                + " has "
                + found);
      }
    }

    private static String host() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "this worker";
      }
    }

    /** A module on this machine. */
    record Source(Path folder, ModuleOptions options) {}
  }
}
