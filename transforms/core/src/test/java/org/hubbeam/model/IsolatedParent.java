// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;

/** A program that loads a module into a process of its own, and waits to be killed. */
final class IsolatedParent {

  private IsolatedParent() {}

  public static void main(String[] args) throws Exception {
    ModuleOptions options =
        ModuleOptions.DEFAULT.withAllowOps(DeadlyModule.OPS).withIsolation(Isolation.DEFAULT);
    // The thread that loads ends before the process does.
    Thread loader = new Thread(() -> Module.load(Path.of(args[0]), options));
    loader.start();
    loader.join();
    System.out.println("java " + IsolationTest.java().pid());
    System.in.read();
  }
}
