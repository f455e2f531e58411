// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.files.RunFolder;

/**
 * A folder of a run, or of a sink that belongs to none, which is there.
 *
 * @param folder where it is
 * @param record whose it is; empty if it belongs to no run
 * @param recorded when that was written
 * @param changed when something in it changed the last time
 */
record LeftFolder(RunFolder folder, Optional<RunRecord> record, Instant recorded, Instant changed) {

  /**
   * Those beside an output.
   *
   * @param in the folder of the output
   */
  static List<LeftFolder> in(String in) throws IOException {
    return Locations.isLocal(in) ? local(Path.of(in)) : remote(in);
  }

  private static List<LeftFolder> local(Path in) throws IOException {
    List<LeftFolder> found = new ArrayList<>();
    if (!Files.isDirectory(in)) {
      return found;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(in, RunFolder.PREFIX + "*")) {
      for (Path path : folders) {
        RunFolder folder = new RunFolder(path.toString());
        Path record = Path.of(folder.record());
        boolean recorded = Files.isRegularFile(record);
        found.add(
            new LeftFolder(
                folder,
                recorded ? RunRecord.parse(Files.readString(record)) : Optional.empty(),
                recorded ? Files.getLastModifiedTime(record).toInstant() : Instant.EPOCH,
                changed(path)));
      }
    }
    return found;
  }

  private static Instant changed(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(LeftFolder::modified).max(Comparator.naturalOrder()).orElse(Instant.EPOCH);
    }
  }

  private static Instant modified(Path file) {
    try {
      FileTime time = Files.getLastModifiedTime(file);
      return time.toInstant();
    } catch (IOException e) {
      // It went while it was looked at: somebody works there.
      return Instant.now();
    }
  }

  private static List<LeftFolder> remote(String in) throws IOException {
    Map<String, List<MatchResult.Metadata>> folders = new TreeMap<>();
    String start = in.replaceFirst("/+$", "") + "/" + RunFolder.PREFIX;
    for (String files : List.of(start + "*/*", start + "*/*/*")) {
      for (MatchResult.Metadata file :
          FileSystems.match(files, EmptyMatchTreatment.ALLOW).metadata()) {
        String name = file.resourceId().toString();
        int begin = name.indexOf("/" + RunFolder.PREFIX);
        String folder = name.substring(0, name.indexOf('/', begin + 1));
        folders.computeIfAbsent(folder, f -> new ArrayList<>()).add(file);
      }
    }
    List<LeftFolder> found = new ArrayList<>();
    for (Map.Entry<String, List<MatchResult.Metadata>> entry : folders.entrySet()) {
      found.add(remote(new RunFolder(entry.getKey()), entry.getValue()));
    }
    return found;
  }

  private static LeftFolder remote(RunFolder folder, List<MatchResult.Metadata> files)
      throws IOException {
    Optional<RunRecord> record = Optional.empty();
    Instant recorded = Instant.EPOCH;
    for (MatchResult.Metadata file : files) {
      if (file.resourceId().toString().equals(folder.record())) {
        record = OutputFiles.text(folder.record()).flatMap(RunRecord::parse);
        recorded = Instant.ofEpochMilli(file.lastModifiedMillis());
      }
    }
    long changed =
        files.stream().mapToLong(MatchResult.Metadata::lastModifiedMillis).max().orElse(0);
    return new LeftFolder(folder, record, recorded, Instant.ofEpochMilli(changed));
  }
}
