// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.search.IndexDescription;

/**
 * A shard as its builder left it.
 *
 * @param prefix what the names of its files begin with until all shards are there
 * @param builder the {@link ThisProcess#name} of its builder
 * @param generation as in {@link IndexDescription.Shard}
 * @param rows likewise
 * @param repeated rows that were left out because the one before was the same in all
 * @param files their final names, sizes and digests
 */
record BuiltShard(
    String prefix,
    String builder,
    int generation,
    int rows,
    long repeated,
    Map<IndexDescription.Part, BuiltFile> files)
    implements Serializable {

  /** No shard: with it there is something to finish also where nothing was built. */
  static final BuiltShard NONE = new BuiltShard("", "", 0, 0, 0, Map.of());

  BuiltShard {
    files = new LinkedHashMap<>(files);
  }

  /** As {@link IndexDescription.File}. */
  record BuiltFile(String name, long size, String sha256) implements Serializable {}

  static BuiltShard of(String prefix, IndexDescription.Shard shard, long repeated) {
    Map<IndexDescription.Part, BuiltFile> files = new LinkedHashMap<>();
    shard
        .files()
        .forEach((part, f) -> files.put(part, new BuiltFile(f.name(), f.size(), f.sha256())));
    return new BuiltShard(
        prefix, ThisProcess.name(), shard.generation(), shard.rows(), repeated, files);
  }

  IndexDescription.Shard shard() {
    Map<IndexDescription.Part, IndexDescription.File> described = new LinkedHashMap<>();
    files.forEach(
        (part, f) -> described.put(part, new IndexDescription.File(f.name, f.size, f.sha256)));
    return new IndexDescription.Shard(generation, rows, 0, described);
  }
}
