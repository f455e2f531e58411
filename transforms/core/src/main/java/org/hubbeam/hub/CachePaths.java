// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The paths of one entry of the cache. But for the manifest they are those of Python's {@code
 * tensorflow_hub}.
 *
 * @param folder the module; its name is the sha1 of the handle
 */
record CachePaths(Path folder) {

  static CachePaths of(Path cache, String name) {
    return new CachePaths(cache.toAbsolutePath().normalize().resolve(Digests.sha1(name)));
  }

  Path descriptor() {
    return sibling(".descriptor.txt");
  }

  Path lock() {
    return sibling(".lock");
  }

  Path manifest() {
    return sibling(".manifest.json");
  }

  /** Where the holder of a lock works. */
  Path work(String task) {
    return sibling("." + task + ".tmp");
  }

  private Path sibling(String end) {
    return folder.resolveSibling(folder.getFileName() + end);
  }

  /** A name for one who fetches, as Python writes it: 32 hexadecimal digits. */
  static String newTask() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** Writes a file so that it is there whole or not at all, in place of an older one. */
  static void write(Path file, byte[] content) throws IOException {
    Path draft = draft(file);
    try {
      Files.write(draft, content);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /**
   * Writes a file that must not be there yet, whole or not at all.
   *
   * @return whether it was not there
   */
  static boolean create(Path file, byte[] content) throws IOException {
    Path draft = draft(file);
    try {
      Files.write(draft, content);
      Files.createLink(file, draft);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException e) {
      return createWithoutLinks(file, content);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static boolean createWithoutLinks(Path file, byte[] content) throws IOException {
    try {
      Files.write(file, content, StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static Path draft(Path file) {
    return file.resolveSibling(file.getFileName() + ".tmp" + newTask());
  }
}
