// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hubbeam.batch.Internal;

/** The folder of an index on a local disk. */
@Internal
public final class IndexFolder {

  /** Files of an index but {@code index.json}. */
  private static final Pattern PART =
      Pattern.compile(
          "(shard|generation|map)-[A-Za-z0-9._-]+\\.(hnsw|codes|ids|columns|deleted|npy)");

  private IndexFolder() {}

  /**
   * Reads {@code index.json}.
   *
   * @throws IndexException when there is none, with whether there are files of a half-written
   *     index; or when it is damaged or of a newer format
   */
  public static IndexDescription read(Path folder) {
    Path file = folder.resolve(IndexDescription.FILE);
    try {
      if (Files.isRegularFile(file)) {
        return IndexDescription.fromJson(Files.readString(file), file.toString());
      }
      throw missing(folder);
    } catch (IOException e) {
      throw new IndexException(file + " cannot be read: " + e, e);
    }
  }

  private static IndexException missing(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return new IndexException("there is no index: the folder " + folder + " does not exist");
    }
    if (!Files.isDirectory(folder)) {
      return new IndexException(
          "there is no index: " + folder + " is a file; an index is a folder");
    }
    return parts(folder).isEmpty()
        ? new IndexException("there is no index in " + folder + ": it has no index.json")
        : new IndexException(
            "the index in "
                + folder
                + " is half-written: it has files of an index, but no index.json; build it again");
  }

  private static Set<String> parts(Path folder) throws IOException {
    Set<String> parts = new HashSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(IndexFolder::isPart)
          .forEach(parts::add);
    }
    return parts;
  }

  /** Whether a file with this name is one of an index, other than {@code index.json}. */
  public static boolean isPart(String name) {
    return PART.matcher(name).matches();
  }

  /**
   * Puts {@code index.json} into place in one step. Then files that neither it nor the one before
   * names are removed: an index that is being opened finds its files until the next change.
   *
   * @throws IndexException when another change came first
   */
  public static void stand(Path folder, IndexDescription index) throws IOException {
    Path file = folder.resolve(IndexDescription.FILE);
    IndexDescription before = Files.exists(file) ? before(folder, index) : index;
    if (!follows(index, before)) {
      throw new IndexException(
          "the index in "
              + folder
              + " has been changed meanwhile: it has generation "
              + before.generation()
              + "; do the change again");
    }
    Path temporary = folder.resolve("." + IndexDescription.FILE + "-" + UUID.randomUUID());
    try {
      Files.writeString(temporary, index.toJson(), StandardCharsets.UTF_8);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    for (String name : superfluous(parts(folder), index, before)) {
      Files.deleteIfExists(folder.resolve(name));
    }
  }

  /** The index that stood; a new one takes the place of whatever cannot be read. */
  private static IndexDescription before(Path folder, IndexDescription index) {
    try {
      return read(folder);
    } catch (IndexException e) {
      if (index.generation() > 0) {
        throw e;
      }
      return index;
    }
  }

  /** Whether an index is made from another, is it with other notes, or is a new one. */
  private static boolean follows(IndexDescription index, IndexDescription before) {
    List<IndexDescription.Generation> done = index.generations();
    int all = before.generations().size();
    if (done.size() == 1) {
      return true;
    }
    return done.size() == all
        ? index.shards().equals(before.shards())
        : done.size() == all + 1 && done.subList(0, all).equals(before.generations());
  }

  /** The files of these that can be removed once a description stands in the place of another. */
  public static Set<String> superfluous(
      Set<String> present, IndexDescription now, IndexDescription before) {
    Set<String> names = new HashSet<>(present);
    names.removeIf(name -> !isPart(name));
    Stream.concat(now.files(), before.files()).forEach(file -> names.remove(file.name()));
    return names;
  }
}
