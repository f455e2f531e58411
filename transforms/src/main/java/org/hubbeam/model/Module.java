package org.hubbeam.model;

import java.nio.file.Path;
import org.hubbeam.batch.Array;

/** A loaded module. Threads may share it. */
public final class Module implements AutoCloseable {

  /**
   * Loads a module.
   *
   * @param folder the SavedModel, on this machine
   */
  public static Module load(Path folder, ModuleOptions options) {
    throw new UnsupportedOperationException();
  }

  /** The function meant; an error lists those there are. */
  public ModuleFunction function(FunctionChoice choice) {
    throw new UnsupportedOperationException();
  }

  /** A variable by its path, {@code embeddings}. */
  public Array variable(String path) {
    throw new UnsupportedOperationException();
  }

  /** The bytes that the module takes in memory, as far as its files tell. */
  public long bytes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
