package org.hubbeam.hub;

import java.nio.file.Path;

/** Turns handles into local folders. Threads may share it. */
public final class Hub {

  /** A hub with these settings. */
  public static Hub of(HubOptions options) {
    throw new UnsupportedOperationException();
  }

  /**
   * The local folder of a module.
   *
   * @param handle a folder, an archive, a URL, a Kaggle handle, a {@code gs:} path
   */
  public Resolved resolve(String handle) {
    throw new UnsupportedOperationException();
  }

  /**
   * A module on this machine.
   *
   * @param handle as it was given
   * @param folder the SavedModel
   * @param url where it was fetched from in the end, after redirects; empty for a local folder
   * @param remote whether it came from outside of this machine
   */
  public record Resolved(String handle, Path folder, String url, boolean remote) {}
}
