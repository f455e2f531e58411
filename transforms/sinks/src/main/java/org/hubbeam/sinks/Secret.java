// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a password is. Jobs, manifests and logs have the place, and never what is there: each
 * worker reads it when it connects.
 */
public sealed interface Secret extends Serializable {

  /** No password: the driver finds one by its own rules, or the server asks for none. */
  Secret NONE = new None();

  /**
   * What is there now.
   *
   * @throws IOException if there is nothing
   */
  Optional<String> read() throws IOException;

  /** The first line of a file, which every worker has. */
  static Secret ofFile(Path file) {
    return new OfFile(file.toString());
  }

  /** A variable in the environment of every worker. */
  static Secret ofEnvironment(String name) {
    return new OfEnvironment(name);
  }

  /** No password. */
  record None() implements Secret {
    @Override
    public Optional<String> read() {
      return Optional.empty();
    }
  }

  /**
   * The first line of a file.
   *
   * @param file its name
   */
  record OfFile(String file) implements Secret {
    @Override
    public Optional<String> read() throws IOException {
      try {
        String text = Files.readString(Path.of(file));
        return Optional.of(text.lines().findFirst().orElse(""));
      } catch (IOException e) {
        throw new IOException("cannot read the password file " + file + " on this worker", e);
      }
    }
  }

  /**
   * A variable of the environment.
   *
   * @param name of the variable
   */
  record OfEnvironment(String name) implements Secret {
    @Override
    public Optional<String> read() throws IOException {
      String value = System.getenv(name);
      if (value == null) {
        throw new IOException(
            "there is no variable " + name + ", which should have the password, on this worker");
      }
      return Optional.of(value);
    }
  }
}
