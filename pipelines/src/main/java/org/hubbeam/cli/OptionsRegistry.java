// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.ServiceLoader;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;

/**
 * The options that Beam knows by their names on a command line. When it first looks, Beam checks
 * those of every library on the class path against those of all others, by sorting the texts of all
 * their methods again and again: a third of the time in which a small job starts. So a command line
 * without options for the engine, the common one, knows the engine's alone; all others know all.
 * What is not known by name here works nevertheless: Beam checks it when it is used.
 */
final class OptionsRegistry {

  private static boolean narrow;

  private OptionsRegistry() {}

  /** Only the options of an engine are needed by their names: {@code flink}, {@code direct}. */
  static synchronized void know(String engine) {
    begin();
    ClassLoader own = OptionsRegistry.class.getClassLoader();
    for (PipelineOptionsRegistrar registrar :
        ServiceLoader.load(PipelineOptionsRegistrar.class, own)) {
      if (registrar.getClass().getName().startsWith("org.apache.beam.runners." + engine + ".")) {
        registrar.getPipelineOptions().forEach(PipelineOptionsFactory::register);
      }
    }
  }

  /** All options are needed. */
  static synchronized void knowAll() {
    if (narrow) {
      PipelineOptionsFactory.resetCache();
      narrow = false;
    }
  }

  /** Has Beam look for the first time, if it has not yet, and find nothing. */
  private static void begin() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(new WithoutRegistrars(before));
    try {
      PipelineOptionsFactory.getRegisteredOptions();
      narrow = true;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static final class WithoutRegistrars extends ClassLoader {
    WithoutRegistrars(ClassLoader parent) {
      super(parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals("META-INF/services/" + PipelineOptionsRegistrar.class.getName())
          ? Collections.emptyEnumeration()
          : super.getResources(name);
    }
  }
}
