// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.hubbeam.model.ModuleException;
import org.hubbeam.model.NativeRuntime;

/** TensorFlow's native libraries, loaded while a program prepares something else. */
final class Natives {

  private Natives() {}

  /** Begins to load them; who needs them waits, and is told what is wrong with them. */
  static void loadAhead() {
    Thread thread = new Thread(Natives::load, "hubbeam-natives");
    thread.setDaemon(true);
    thread.start();
  }

  private static void load() {
    try {
      NativeRuntime.load();
    } catch (ModuleException e) {
      // Whoever calls TensorFlow meets the same and reports it.
      return;
    }
  }
}
