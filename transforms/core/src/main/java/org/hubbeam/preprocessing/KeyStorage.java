// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.preprocessing.Analyzers.Over;
import org.jspecify.annotations.Nullable;

/**
 * Where the results for each key are stored: in the graph, or in an asset file, which suits very
 * many keys.
 *
 * <p>Each line of the file is {@code value,value key}. Spaces, line breaks and {@code %} in keys
 * are percent-encoded ({@code New%20York}).
 *
 * @param over which values of a key are reduced together
 * @param fileName null for the graph; empty for a file with a generated name
 */
public record KeyStorage(Over over, @Nullable String fileName) {

  /** In the graph; all values of a key give one result. */
  public static final KeyStorage GRAPH = new KeyStorage(Over.ALL, null);

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException for a file of results of each cell
   */
  public KeyStorage {
    if (fileName != null && over == Over.CELLS) {
      throw new IllegalArgumentException(
          "a key file has one result a key; results of each cell (elementwise) can only be kept in"
              + " the graph");
    }
  }

  /** In an asset file of this name. */
  public static KeyStorage file(String name) {
    return GRAPH.withFile(name);
  }

  /** In an asset file with a generated name. */
  public static KeyStorage file() {
    return GRAPH.withFile("");
  }

  /** The same storage for other results. */
  public KeyStorage withOver(Over other) {
    return new KeyStorage(other, fileName);
  }

  /** The same results in an asset file; empty for a generated name. */
  public KeyStorage withFile(String name) {
    return new KeyStorage(over, name);
  }
}
