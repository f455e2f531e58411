// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.hubbeam.batch.Internal;

/**
 * A new generation of an index, in a folder that has its files or those that the change needs. The
 * generation stands as soon as its {@code index.json} does.
 *
 * @param description what {@code index.json} will say
 * @param written the files that the change wrote into the folder, besides those of new shards
 * @param unknown ids that were to be deleted and are not in the index
 */
@Internal
public record IndexChange(
    IndexDescription description, List<IndexDescription.File> written, List<RowId> unknown) {

  public IndexChange {
    written = List.copyOf(written);
    unknown = List.copyOf(unknown);
  }

  /**
   * Rows that are added, or take the place of those with their ids.
   *
   * @param folder with the files of ids and delete marks of the index, and the ids of the new
   *     shards
   * @param shards new ones, written under names of the generation {@code index.generation() + 1}
   */
  public static IndexChange append(
      Path folder, IndexDescription index, List<IndexDescription.Shard> shards) {
    throw new UnsupportedOperationException();
  }

  /**
   * Rows that are deleted.
   *
   * @param folder with the files of ids and delete marks of the index
   */
  public static IndexChange delete(Path folder, IndexDescription index, Collection<RowId> ids) {
    throw new UnsupportedOperationException();
  }

  /**
   * All rows that there are, written anew.
   *
   * @param shards from the index's {@link SearchIndex#rows}, under names of the generation {@code
   *     index.generation() + 1}
   */
  public static IndexChange compact(IndexDescription index, List<IndexDescription.Shard> shards) {
    throw new UnsupportedOperationException();
  }

  /** Whether more than a third of the rows is in delta shards or deleted. */
  public static boolean needsCompaction(IndexDescription index) {
    throw new UnsupportedOperationException();
  }
}
