// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.batch.Internal;
import org.hubbeam.hub.Hub;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexFolder;

/**
 * Brings an index to this machine. One that is here is used where it lies; of one in an object
 * store or on a cluster's disks each generation is fetched once into the cache of modules, by one
 * process at a time.
 */
@Internal
public final class IndexFetch {

  private static final int ALL = -1;

  private IndexFetch() {}

  /**
   * The folder of an index on this machine.
   *
   * @param folder its folder, here or in another of Beam's file systems
   * @throws IllegalArgumentException if it is elsewhere, and there is none
   * @throws org.hubbeam.hub.HubException if it is elsewhere and cannot be fetched
   */
  public static Path local(String folder, Hub hub) {
    return local(folder, hub, ALL);
  }

  /**
   * The folder of one shard of an index on this machine; of one that is elsewhere only its files
   * are fetched.
   *
   * @param shard its number, from 0 on
   */
  public static Path shard(String folder, Hub hub, int shard) {
    return local(folder, hub, shard);
  }

  /**
   * What an index is now; none of its other files is read.
   *
   * @param folder its folder, here or in another of Beam's file systems
   * @throws IllegalArgumentException if it is elsewhere, and there is none
   * @throws org.hubbeam.search.IndexException if it is here, and there is none, or it is damaged
   */
  public static IndexDescription description(String folder) {
    if (isLocal(folder)) {
      return IndexFolder.read(here(folder));
    }
    String base = base(folder);
    return IndexDescription.fromJson(json(base), base + "/" + IndexDescription.FILE);
  }

  private static Path local(String folder, Hub hub, int shard) {
    if (isLocal(folder)) {
      return here(folder);
    }
    String base = base(folder);
    String json = json(base);
    IndexDescription index = IndexDescription.fromJson(json, base + "/" + IndexDescription.FILE);
    if (shard >= index.shards().size()) {
      throw new IllegalArgumentException(
          "the index in " + base + " has " + index.shards().size() + " shards, not " + shard);
    }
    Stream<IndexDescription.File> files =
        shard == ALL ? index.files() : index.shards().get(shard).files().values().stream();
    Set<String> names =
        Stream.concat(Stream.of(IndexDescription.FILE), files.map(IndexDescription.File::name))
            .collect(Collectors.toSet());
    return hub.copy(base, version(json) + (shard == ALL ? "" : "-" + shard), names);
  }

  private static Path here(String folder) {
    return Path.of(folder.replaceFirst("^file:(//)?(?=/)", ""));
  }

  private static String base(String folder) {
    return folder.replaceFirst("/+$", "");
  }

  private static String json(String base) {
    String file = base + "/" + IndexDescription.FILE;
    try {
      if (FileGlob.match(file).isEmpty()) {
        boolean half = !FilesBelow.directly(base, IndexFolder::isPart).isEmpty();
        throw new IllegalArgumentException(
            half
                ? "the index in "
                    + base
                    + " is half-written: it has files of an index, but no index.json; build it"
                    + " again"
                : "there is no index in " + base + ": it has no index.json");
      }
      return WholeFile.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether a folder is on this machine. */
  public static boolean isLocal(String folder) {
    return RunFolder.isLocal(folder) || folder.startsWith("file:");
  }

  private static String version(String json) {
    return UUID.nameUUIDFromBytes(json.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
