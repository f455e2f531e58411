// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a {@link BatchSink}: each is written into a folder of the job's own first; when all
 * are there and whole, they get their names and the folder goes, with what was left of parts tried
 * again.
 *
 * @param folder that folder, beside the files, without a slash at its end
 * @param run the run that this belongs to; null if there is none
 */
record ShardFiles(BatchSink.Settings settings, String folder, @Nullable RunFolder run)
    implements Serializable {

  private static final Logger LOG = LoggerFactory.getLogger(ShardFiles.class);

  /** Missing parts that a message names. */
  private static final int NAMED = 3;

  /**
   * @param runFolder of {@link RunOptions}; null for a folder that only this sink knows
   */
  static ShardFiles of(BatchSink.Settings settings, @Nullable String runFolder) {
    if (runFolder == null) {
      ResourceId target = target(settings);
      String name = RunFolder.PREFIX + UUID.randomUUID();
      ResourceId own = target.resolve(name, StandardResolveOptions.RESOLVE_DIRECTORY);
      return new ShardFiles(settings, own.toString().replaceFirst("[/\\\\]$", ""), null);
    }
    RunFolder run = new RunFolder(runFolder);
    return new ShardFiles(settings, run.parts(name(settings)), run);
  }

  /** Where a part is until all are there. */
  ResourceId written(String name) {
    return FileSystems.matchNewResource(folder + "/" + name, false);
  }

  private static String name(BatchSink.Settings settings) {
    return String.valueOf(FileSystems.matchNewResource(settings.prefix(), false).getFilename());
  }

  private static ResourceId target(BatchSink.Settings settings) {
    return FileSystems.matchNewResource(settings.prefix(), false).getCurrentDirectory();
  }

  private ResourceId named(int shard, int shards) {
    return target(settings)
        .resolve(
            String.format("%s-%05d-of-%05d.tfrecord", name(settings), shard, shards),
            StandardResolveOptions.RESOLVE_FILE);
  }

  /**
   * Sees to it that this worker writes to where the others do.
   *
   * @throws IllegalStateException if it does not
   */
  void checkShared() {
    if (run != null) {
      run.checkShared();
    }
  }

  /**
   * Names what was written, and empty files where fewer were asked for. May be tried again, with
   * the same parts or, when the job was restarted, others: each try gives the same parts the same
   * names, and removes what another one has named.
   *
   * @return the names, in their order
   * @throws IllegalStateException when a part is neither under its temporary nor under its name
   */
  List<String> finish(Iterable<WrittenPart> written) throws IOException {
    List<WrittenPart> parts = new ArrayList<>();
    written.forEach(parts::add);
    parts.removeIf(WrittenPart.NONE::equals);
    parts.sort(Comparator.comparing(WrittenPart::name));
    for (int i = parts.size(); i < Math.max(1, settings.shards()); i++) {
      try (PartWriter empty = new PartWriter(this, "without-rows-" + i)) {
        parts.add(empty.end());
      }
    }
    Map<String, Long> unnamed = sizes(FilesBelow.directly(folder, name -> true));
    Map<String, Long> named = sizes(BatchSink.matches(settings.prefix()));
    List<ResourceId> from = new ArrayList<>();
    List<ResourceId> to = new ArrayList<>();
    List<ResourceId> all = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      WrittenPart part = parts.get(i);
      ResourceId target = named(i, parts.size());
      all.add(target);
      Long bytes = unnamed.get(part.name());
      if (bytes != null && bytes == part.bytes()) {
        from.add(written(part.name()));
        to.add(target);
      } else if (bytes != null) {
        missing.add(part(part) + " has " + bytes + " bytes instead of " + part.bytes());
      } else if (named.getOrDefault(target.getFilename(), -1L) != part.bytes()) {
        missing.add(part(part) + " is missing");
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(missing(missing, parts.size()));
    }
    deleteOthers(all);
    FileSystems.rename(from, to);
    List<String> names = all.stream().map(ResourceId::toString).toList();
    if (run != null) {
      WrittenFiles.of(names, parts).write(run, name(settings));
    }
    clean();
    return names;
  }

  private String part(WrittenPart part) {
    return written(part.name()) + ", written by " + part.writer() + ",";
  }

  private static String missing(List<String> missing, int parts) {
    int more = missing.size() - NAMED;
    return missing.size()
        + " of "
        + parts
        + " files of the output cannot be found on "
        + ThisProcess.name()
        + ": "
        + String.join("; ", missing.subList(0, Math.min(NAMED, missing.size())))
        + (more > 0 ? "; and " + more + " more" : "")
        + "; "
        + RunFolder.NOT_SHARED;
  }

  private static Map<String, Long> sizes(List<MatchResult.Metadata> files) {
    Map<String, Long> sizes = new HashMap<>();
    files.forEach(f -> sizes.put(String.valueOf(f.resourceId().getFilename()), f.sizeBytes()));
    return sizes;
  }

  /** Deletes what an earlier try has named otherwise: there was no output before the job. */
  private void deleteOthers(List<ResourceId> all) throws IOException {
    List<String> own = all.stream().map(ResourceId::getFilename).toList();
    List<ResourceId> others =
        BatchSink.matches(settings.prefix()).stream()
            .map(MatchResult.Metadata::resourceId)
            .filter(file -> !own.contains(file.getFilename()))
            .toList();
    FileSystems.delete(others, StandardMoveOptions.IGNORE_MISSING_FILES);
  }

  private void clean() {
    try {
      RunFolder.delete(folder);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("the temporary folder {} stays behind: {}", folder, e.toString());
    }
  }
}
