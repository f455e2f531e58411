package org.hubbeam.preprocessing;

import org.hubbeam.preprocessing.Analyzers.Over;
import org.jspecify.annotations.Nullable;

/**
 * Where the results for each key are kept: in the graph, or in a file beside it for very many keys.
 *
 * <p>Each line of the file is {@code value,value key}; blanks, line ends and {@code %} in keys are
 * written as in a URL ({@code New%20York}).
 *
 * @param over what becomes one result of a key
 * @param fileName null for the graph; empty for a file with a name of its own making
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

  /** In a file of this name among the assets. */
  public static KeyStorage file(String name) {
    return GRAPH.withFile(name);
  }

  /** In a file whose name comes from the mapper. */
  public static KeyStorage file() {
    return GRAPH.withFile("");
  }

  /** The same with other results. */
  public KeyStorage withOver(Over other) {
    return new KeyStorage(other, fileName);
  }

  /** The same in a file; empty for a name of its own making. */
  public KeyStorage withFile(String name) {
    return new KeyStorage(over, name);
  }
}
