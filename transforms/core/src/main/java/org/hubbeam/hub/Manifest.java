// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What belongs to an entry of the cache, written beside it.
 *
 * @param handle what it was fetched for
 * @param url where it came from in the end; empty when another program fetched it
 * @param archiveSha256 of the archive it came in; empty when it came in none, or in an unknown one
 * @param files all of its files
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Manifest(String handle, String url, String archiveSha256, List<Item> files) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Manifest {
    Objects.requireNonNull(handle);
    Objects.requireNonNull(url);
    Objects.requireNonNull(archiveSha256);
    files = List.copyOf(files);
  }

  /**
   * One file.
   *
   * @param path below the entry, with slashes
   * @param size in bytes
   * @param ends the sha256 of its first and last 64 KiB, compared at every use
   * @param sha256 of all of it, compared when the archive is pinned
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Item(String path, long size, String ends, String sha256) {
    Item {
      Objects.requireNonNull(path);
      Objects.requireNonNull(ends);
      Objects.requireNonNull(sha256);
    }
  }

  /** Where an entry came from. */
  record Origin(String handle, String url, String archiveSha256) {}

  /** Reads the files of a folder. */
  static Manifest of(Path folder, Origin origin) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.filter(Files::isRegularFile).sorted().toList();
    }
    List<Item> items = new ArrayList<>();
    for (Path path : paths) {
      String name = folder.relativize(path).toString().replace('\\', '/');
      items.add(new Item(name, Files.size(path), Digests.ends(path), Digests.sha256(path)));
    }
    return new Manifest(origin.handle(), origin.url(), origin.archiveSha256(), items);
  }

  /** Empty if there is none, or it cannot be read. */
  static Optional<Manifest> read(Path file) {
    try {
      return Files.exists(file)
          ? Optional.of(JSON.readValue(file.toFile(), Manifest.class))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  byte[] json() throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
  }

  /** Whether every file is there, has its size, and begins and ends as it did. */
  boolean matches(Path folder) {
    return !files.isEmpty() && files.stream().allMatch(item -> begins(folder, item));
  }

  /** Whether every file is there, byte for byte. */
  boolean matchesBytes(Path folder) {
    return matches(folder) && files.stream().allMatch(item -> same(folder, item));
  }

  private static boolean begins(Path folder, Item item) {
    Path file = folder.resolve(item.path());
    try {
      return Files.isRegularFile(file)
          && Files.size(file) == item.size()
          && Digests.ends(file).equals(item.ends());
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean same(Path folder, Item item) {
    try {
      return Digests.sha256(folder.resolve(item.path())).equals(item.sha256());
    } catch (IOException e) {
      return false;
    }
  }
}
