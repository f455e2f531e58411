// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Suggestions;

/**
 * Finds the files that match a pattern with {@code *} and {@code ?}. On this machine only the named
 * folder is looked into: Beam's own match walks through all that lies below it, from a name in
 * {@code /} through the whole machine.
 */
@Internal
public final class FileGlob {

  private FileGlob() {}

  /** The files that match, by name; none is no error. */
  public static List<MatchResult.Metadata> match(String glob) {
    try {
      List<MatchResult.Metadata> files = new ArrayList<>();
      int slash = glob.lastIndexOf('/');
      String folder = slash < 0 ? "" : glob.substring(0, slash + 1);
      if (isLocal(glob) && new File(glob).isFile()) {
        files.add(FileSystems.matchSingleFileSpec(glob));
      } else if (isLocal(glob) && !isPattern(folder)) {
        for (Path file : list(Path.of(folder), glob.substring(slash + 1))) {
          files.add(FileSystems.matchSingleFileSpec(folder + file.getFileName()));
        }
      } else {
        files.addAll(FileSystems.match(glob, EmptyMatchTreatment.ALLOW).metadata());
      }
      files.sort(Comparator.comparing(f -> f.resourceId().toString()));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The files that match, by name.
   *
   * @throws IllegalArgumentException when there are none; it says so where it is a folder
   */
  public static List<MatchResult.Metadata> existing(String glob) {
    List<MatchResult.Metadata> files = match(glob);
    if (files.isEmpty()) {
      boolean folder = isLocal(glob) && !isPattern(glob) && Files.isDirectory(Path.of(glob));
      throw new IllegalArgumentException(
          folder ? folder(glob) : "no file matches " + glob + hint(glob));
    }
    return files;
  }

  /** What may be wrong with a name that no file has; empty if nothing is known. */
  private static String hint(String glob) {
    if (!isLocal(glob)) {
      return "";
    }
    if (glob.matches("(?s)[\"'].*|.*[\"']")) {
      return "; the quotes are part of this name";
    }
    if (glob.contains("$")) {
      return "; the shell replaces $NAME outside of single quotes only";
    }
    if (!glob.equals(glob.strip())) {
      return "; the name '" + glob + "' begins or ends with a blank";
    }
    if (glob.contains(",") && !glob.contains("{")) {
      return "; several files are written as a glob, such as '*.txt' or '{a,b}.txt'";
    }
    Path parent = Path.of(glob).toAbsolutePath().getParent();
    if (parent == null || isPattern(glob)) {
      return "";
    }
    if (!Files.isDirectory(parent)) {
      return "; there is no folder " + parent;
    }
    String[] names = parent.toFile().list();
    return names == null
        ? ""
        : Suggestions.didYouMean(Path.of(glob).getFileName().toString(), List.of(names));
  }

  private static String folder(String name) {
    return Files.exists(Path.of(name, "saved_model.pb"))
        ? name + " is the folder of a module, not of input files"
        : name + " is a folder; '" + name.replaceFirst("(?<=.)/+$", "") + "/*' means its files";
  }

  private static boolean isLocal(String glob) {
    return !glob.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*");
  }

  private static boolean isPattern(String name) {
    return name.matches(".*[*?\\[{].*");
  }

  private static List<Path> list(Path folder, String name) throws IOException {
    Path exact = folder.resolve(name);
    if (name.isEmpty() || Files.isRegularFile(exact)) {
      return name.isEmpty() ? List.of() : List.of(exact);
    }
    Path looked = folder.toString().isEmpty() ? Path.of(".") : folder;
    if (!isPattern(name) || !Files.isDirectory(looked)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(looked, name)) {
      for (Path file : files) {
        if (Files.isRegularFile(file)) {
          found.add(file);
        }
      }
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no glob: "
              + e.getDescription()
              + "; write \\[ and \\{ for themselves");
    }
    return found;
  }
}
