// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.nio.file.Path;
import java.util.Set;
import org.hubbeam.batch.Internal;

/** The folder of an index on a local disk. */
@Internal
public final class IndexFolder {

  private IndexFolder() {}

  /**
   * Reads {@code index.json}.
   *
   * @throws IndexException when there is none, with whether there are files of a half-written index
   */
  public static IndexDescription read(Path folder) {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts {@code index.json} into place in one step. Files that neither it nor the one before names
   * are removed: an index that is being opened finds its files until the next change.
   *
   * @throws IndexException when another change came first
   */
  public static void stand(Path folder, IndexDescription index) {
    throw new UnsupportedOperationException();
  }

  /** The files that can be removed as soon as a description stands in the place of another. */
  public static Set<String> superfluous(
      Set<String> present, IndexDescription now, IndexDescription before) {
    throw new UnsupportedOperationException();
  }
}
