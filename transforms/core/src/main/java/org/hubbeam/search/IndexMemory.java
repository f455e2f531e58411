// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.nio.file.Path;
import java.util.Locale;
import org.hubbeam.batch.Internal;
import org.hubbeam.search.IndexDescription.File;
import org.hubbeam.search.IndexDescription.Part;
import org.hubbeam.search.IndexDescription.Shard;

/** The heap that an open index takes: the graphs of its shards, with their vectors or codes. */
@Internal
public final class IndexMemory {

  private IndexMemory() {}

  /** What an index takes when it is open, in bytes; floats that are only rescored stay on disk. */
  public static long of(IndexDescription index) {
    Part graph = index.storage() == VectorStorage.FLOAT32 ? Part.GRAPH : Part.CODES;
    long bytes = 0;
    for (Shard shard : index.shards()) {
      bytes += size(shard, graph) + size(shard, Part.DELETED);
    }
    return bytes;
  }

  private static long size(Shard shard, Part part) {
    File file = shard.files().get(part);
    return file == null ? 0 : file.size();
  }

  /**
   * Refuses an index that is larger than the whole heap.
   *
   * @param heap the largest that there may be, in bytes
   */
  static void check(Path folder, IndexDescription index, long heap) {
    if (of(index) >= heap) {
      throw tooLarge(folder, index, heap);
    }
  }

  /** Says that there is no room, and what to do. */
  static IndexException tooLarge(Path folder, IndexDescription index, long heap) {
    long shard = 0;
    for (int i = 0; i < index.shards().size(); i++) {
      shard = Math.max(shard, of(index.ofShard(i)));
    }
    String codes =
        index.storage() == VectorStorage.FLOAT32
            ? ", or --quantize=int8 when it is built (a third of that)"
            : "";
    String apart =
        index.shards().size() > 1
            ? "; neighbours has --shardsApart (" + mib(shard) + " for the largest shard)"
            : "; with more --shards, neighbours can take --shardsApart";
    return new IndexException(
        "the index in "
            + folder
            + " takes "
            + mib(of(index))
            + " of memory when it is open, and there is no room for that in this process, which"
            + " has "
            + mib(heap)
            + " for all: it needs more (HUBBEAM_HEAP, or -Xmx of a worker)"
            + codes
            + apart);
  }

  private static String mib(long bytes) {
    return bytes < 10L << 20
        ? String.format(Locale.ROOT, "%,d bytes", bytes)
        : String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
  }
}
