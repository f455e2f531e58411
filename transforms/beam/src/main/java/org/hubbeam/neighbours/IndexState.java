// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.hubbeam.search.IndexDescription;

/**
 * What an index consists of at a time, so that all workers of a job search the same rows.
 *
 * @param generation the number of the newest
 * @param shards one text for each shard, another if any of its files is another
 */
record IndexState(int generation, List<String> shards) implements Serializable {

  IndexState {
    shards = List.copyOf(shards);
  }

  static IndexState of(IndexDescription index) {
    return new IndexState(
        index.generation(),
        index.shards().stream()
            .map(s -> UUID.nameUUIDFromBytes(s.toString().getBytes(StandardCharsets.UTF_8)))
            .map(UUID::toString)
            .toList());
  }

  /**
   * Sees to it that a part that was opened is as it was.
   *
   * @throws IllegalStateException if it has been changed
   */
  void check(IndexCache.Part part, IndexDescription opened) {
    IndexState now = of(opened);
    List<String> expected =
        part.shard() == IndexCache.Part.WHOLE ? shards : List.of(shards.get(part.shard()));
    if (!now.shards.equals(expected)) {
      throw new IllegalStateException(
          "the index in "
              + part.folder()
              + " has been changed since the job began: it had generation "
              + generation
              + ", and has "
              + (now.generation == generation ? "been built anew" : now.generation)
              + "; run the job again");
    }
  }
}
