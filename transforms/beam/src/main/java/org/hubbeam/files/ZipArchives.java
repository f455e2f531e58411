// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.hubbeam.files.FileKind.Content;

/** What zip archives on this machine hold, by their lists of files. */
final class ZipArchives {

  private ZipArchives() {}

  /** What an archive is that does not hold one file alone. */
  static Optional<FileKind> kind(String file) {
    List<String> names = names(file);
    if (names.size() < 2) {
      return Optional.empty();
    }
    String name = "a zip archive of " + names.size() + " files, of which only one can be read";
    if (names.stream().anyMatch(n -> n.startsWith("xl/"))) {
      name = "an Excel workbook";
    } else if (names.stream().anyMatch(n -> n.startsWith("word/"))) {
      name = "a Word document";
    } else if (names.contains("META-INF/MANIFEST.MF")) {
      name = "a Java archive";
    } else if (names.stream().allMatch(n -> n.endsWith(".npy"))) {
      name = "an archive of NumPy arrays";
    }
    return Optional.of(new FileKind(Content.OTHER, name));
  }

  /** The names of the files in an archive; none where there is no archive here. */
  static List<String> names(String file) {
    if (file.contains("://") || !isArchive(Path.of(file))) {
      return List.of();
    }
    try (ZipFile zip = new ZipFile(file)) {
      return zip.stream()
          .filter(entry -> !entry.isDirectory())
          .map(java.util.zip.ZipEntry::getName)
          .filter(name -> !name.startsWith("__MACOSX/"))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isArchive(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(4);
      return head.length == 4 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
    } catch (IOException e) {
      return false;
    }
  }
}
