// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.hubbeam.batch.Internal;

/** Lists all files below a folder of one of Beam's file systems. */
@Internal
public final class FilesBelow {

  private static final String AUTHORITY = "^[^:/]+://[^/]*";

  private FilesBelow() {}

  /**
   * The files; none where there is no such folder.
   *
   * @param folder without a slash at its end
   * @throws IllegalArgumentException when there is no such file system
   */
  public static List<Metadata> of(String folder) throws IOException {
    // To Beam's Hadoop, a slash before '**' leaves out the files of the folder itself, and what
    // stands before '**' is the beginning of a name.
    if (!folder.matches("(?i)[a-z]*hdfs:.*")) {
      return FileSystems.match(folder + "/**", EmptyMatchTreatment.ALLOW).metadata();
    }
    String path = folder.replaceFirst(AUTHORITY, "") + "/";
    return FileSystems.match(folder + "**", EmptyMatchTreatment.ALLOW).metadata().stream()
        .filter(f -> f.resourceId().toString().replaceFirst(AUTHORITY, "").startsWith(path))
        .toList();
  }

  /**
   * The files in a folder, without those in folders in it; none where there is no such folder. On
   * this machine its name may have any characters.
   *
   * @param folder without a slash at its end; the working directory if it is empty
   * @param names of the files
   */
  public static List<Metadata> directly(String folder, Predicate<String> names) throws IOException {
    List<Metadata> files = new ArrayList<>();
    if (!RunFolder.isLocal(folder)) {
      for (Metadata file : FileSystems.match(folder + "/*", EmptyMatchTreatment.ALLOW).metadata()) {
        if (names.test(String.valueOf(file.resourceId().getFilename()))) {
          files.add(file);
        }
      }
      return files;
    }
    if (!Files.isDirectory(Path.of(folder))) {
      return files;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of(folder))) {
      for (Path file : all) {
        if (names.test(file.getFileName().toString()) && Files.isRegularFile(file)) {
          files.add(FileSystems.matchSingleFileSpec(file.toString()));
        }
      }
    }
    return files;
  }
}
