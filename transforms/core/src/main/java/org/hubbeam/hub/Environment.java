// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * What the machine says about itself.
 *
 * @param variables the environment; null for what is not set
 * @param home the user's folder
 */
record Environment(UnaryOperator<String> variables, Path home) {
  static final Environment SYSTEM =
      new Environment(System::getenv, Path.of(System.getProperty("user.home", ".")));

  /** The trimmed value; empty when it is not set. */
  String get(String name) {
    String value = variables.apply(name);
    return value == null ? "" : value.strip();
  }

  /**
   * Where modules are cached unless the options say otherwise: the system property {@code
   * hubbeam.cache}, else {@code TFHUB_CACHE_DIR}, else {@code tfhub_modules} in the user's own
   * cache folder.
   */
  Path cacheFolder() {
    String property = System.getProperty("hubbeam.cache", "").strip();
    if (!property.isEmpty()) {
      return Path.of(property);
    }
    String shared = get("TFHUB_CACHE_DIR");
    if (!shared.isEmpty()) {
      return Path.of(shared);
    }
    String caches = get("XDG_CACHE_HOME");
    return (caches.isEmpty() ? home.resolve(".cache") : Path.of(caches)).resolve("tfhub_modules");
  }
}
