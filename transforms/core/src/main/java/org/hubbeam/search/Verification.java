// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.hubbeam.search.SearchOptions.Digests;

/** Compares the files of an index with what {@code index.json} says of them. */
final class Verification {

  /** What was found right: file, size, time and digest. */
  static final String REMEMBERED = ".verified";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<TreeMap<String, String>> LINES = new TypeReference<>() {};

  private Verification() {}

  /**
   * @throws IndexException when a file has another size or digest
   * @throws java.nio.file.NoSuchFileException when a file is not there
   */
  static void check(Path folder, IndexDescription index, Digests digests) throws IOException {
    Map<String, String> seen = new TreeMap<>();
    List<IndexDescription.File> files = index.files().distinct().toList();
    for (IndexDescription.File file : files) {
      Path path = folder.resolve(file.name());
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      if (found.size() != file.size()) {
        throw new IndexException(
            path + " is damaged: it has " + found.size() + " bytes, not " + file.size());
      }
      seen.put(file.name(), found.size() + " " + found.lastModifiedTime() + " " + file.sha256());
    }
    if (digests == Digests.NEVER) {
      return;
    }
    Map<String, String> known = digests == Digests.ONCE ? remembered(folder) : Map.of();
    List<IndexDescription.File> open =
        files.stream()
            .filter(file -> !Objects.equals(seen.get(file.name()), known.get(file.name())))
            .toList();
    try {
      open.parallelStream().forEach(file -> checkDigest(folder, file));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (digests == Digests.ONCE && !open.isEmpty()) {
      remember(folder, seen);
    }
  }

  private static void checkDigest(Path folder, IndexDescription.File file) {
    Path path = folder.resolve(file.name());
    try {
      if (!Sha256.of(path).equals(file.sha256())) {
        throw new IndexException(
            path + " is damaged: its sha256 is not that in index.json; build the index again");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> remembered(Path folder) {
    try {
      return JSON.readValue(folder.resolve(REMEMBERED).toFile(), LINES);
    } catch (IOException e) {
      return Map.of();
    }
  }

  private static void remember(Path folder, Map<String, String> seen) throws IOException {
    Path temporary = folder.resolve(REMEMBERED + "-" + UUID.randomUUID());
    try {
      Files.writeString(temporary, JSON.writeValueAsString(seen));
      Files.move(temporary, folder.resolve(REMEMBERED), StandardCopyOption.ATOMIC_MOVE);
    } catch (AccessDeniedException | ReadOnlyFileSystemException e) {
      return;
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
    }
  }
}
