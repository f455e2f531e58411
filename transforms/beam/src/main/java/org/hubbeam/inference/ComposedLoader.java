// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Secrets;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a chain as one module: it is written into a temporary folder out of the modules' own, which
 * is deleted when the module is in memory.
 */
record ComposedLoader(OneGraph graph) implements ModuleLoader {
  private static final long serialVersionUID = 1;

  /** What the names of the temporary folders of this process begin with. */
  static final String PREFIX = "hubbeam-chain-" + ProcessHandle.current().pid() + "-";

  private static final Logger LOG = LoggerFactory.getLogger(ComposedLoader.class);

  @Override
  public LoadedModule load(ModuleSpec.Loading loading) {
    try {
      Path folder = Files.createTempDirectory(PREFIX);
      try {
        Path module = folder.resolve("module");
        graph.module().write(module);
        return Module.load(module, loading.options().withOrigin(ModuleOptions.Origin.LOCAL));
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the chain " + Secrets.masked(loading.handle()) + " cannot be written", e);
    }
  }

  private static void delete(Path folder) {
    try {
      FileTrees.delete(folder);
    } catch (IOException e) {
      LOG.warn("The temporary folder {} is left behind", folder, e);
    }
  }
}
