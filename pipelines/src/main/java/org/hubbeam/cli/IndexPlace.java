// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.files.FilesBelow;
import org.hubbeam.files.IndexFetch;
import org.hubbeam.files.WholeFile;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexFolder;

/**
 * Where an index is: on this machine, or in another of Beam's file systems.
 *
 * @param path its folder, without a slash at its end
 * @param hub says where copies of indexes are kept that are elsewhere
 */
record IndexPlace(String path, HubOptions hub) {

  IndexPlace {
    path = path.replaceFirst("(?<=.)/+$", "");
  }

  /** With the cache that the environment names. */
  static IndexPlace of(String path) {
    return new IndexPlace(path, HubOptions.fromEnvironment());
  }

  /** Whether it is on this machine. */
  boolean isLocal() {
    return IndexFetch.isLocal(path);
  }

  private String file(String name) {
    return Output.in(path, name);
  }

  /**
   * A folder on this machine with the newest generation of the index, to be read.
   *
   * @throws IllegalArgumentException if there is none
   */
  Path local() {
    return IndexFetch.local(path, Hub.of(hub));
  }

  /**
   * What {@code index.json} says now.
   *
   * @throws org.hubbeam.search.IndexException if there is none here, or it cannot be read
   * @throws IllegalArgumentException if there is none elsewhere
   */
  IndexDescription read() throws IOException {
    return IndexFetch.description(path);
  }

  /**
   * A folder in which a change of the index can be made: the index itself where it is here, else
   * one with those of its files, and new ones, that have such ends.
   *
   * @param work an empty folder
   */
  Path changing(Path work, List<IndexDescription.File> files) throws IOException {
    if (isLocal()) {
      return local();
    }
    for (IndexDescription.File file : files) {
      Files.write(
          work.resolve(file.name()),
          OutputFiles.bytes(file(file.name()))
              .orElseThrow(() -> new UsageException(file(file.name()) + " is not there")));
    }
    return work;
  }

  /** Copies files from the folder of a change to the index, if that is another. */
  void add(Path folder, List<IndexDescription.File> files) throws IOException {
    for (IndexDescription.File file : isLocal() ? List.<IndexDescription.File>of() : files) {
      try (OutputStream out =
          Channels.newOutputStream(
              FileSystems.create(
                  FileSystems.matchNewResource(file(file.name()), false), MimeTypes.BINARY))) {
        Files.copy(folder.resolve(file.name()), out);
      }
    }
  }

  /** Lets a description stand in the place of the one that is there, and tidies up. */
  void stand(IndexDescription now) throws IOException {
    if (isLocal()) {
      IndexFolder.stand(local(), now);
      return;
    }
    IndexDescription before = read();
    WholeFile.write(file(IndexDescription.FILE), now.toJson());
    tidy(now, before);
  }

  /** Removes files that neither a description nor the one before it names. */
  void tidy(IndexDescription now, IndexDescription before) throws IOException {
    List<MatchResult.Metadata> files = FilesBelow.directly(path, IndexFolder::isPart);
    Set<String> superfluous =
        IndexFolder.superfluous(
            files.stream()
                .map(f -> String.valueOf(f.resourceId().getFilename()))
                .collect(Collectors.toSet()),
            now,
            before);
    FileSystems.delete(
        files.stream()
            .map(MatchResult.Metadata::resourceId)
            .filter(f -> superfluous.contains(f.getFilename()))
            .toList());
  }
}
