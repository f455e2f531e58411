// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.files.RunOptions;
import org.jspecify.annotations.Nullable;

/**
 * A folder that all workers can reach, for what one step of a job writes and another reads. Every
 * name in it is new, so that a step that is retried does not overwrite its earlier output.
 *
 * @param location a path of this machine or of one of Beam's file systems, without a slash at its
 *     end
 */
record TempFolder(String location) implements Serializable {

  private static final String SCHEME = "[A-Za-z][A-Za-z0-9+.-]+:";

  /** Writes files to a path of this machine that does not exist yet. */
  interface Content {
    void write(Path path) throws IOException;
  }

  /**
   * A new folder below the one given, else below that of the run, else below the pipeline's
   * temporary location, else below the temporary folder of this machine, which then goes with this
   * JVM.
   *
   * @param given null where none is
   */
  static TempFolder of(@Nullable String given, PipelineOptions options) {
    String run = options.as(RunOptions.class).getRunTempFolder();
    if (given == null && run != null) {
      return new TempFolder(run + "/" + UUID.randomUUID());
    }
    String base = given != null ? given : options.getTempLocation();
    if (base == null) {
      return new TempFolder(OwnFolder.create().toString());
    }
    String name = "hubbeam-" + UUID.randomUUID();
    String plain = base.replaceFirst("^file:(//)?(?=/)", "").replaceFirst("(?<=[^:/])/+$", "");
    return new TempFolder(
        isLocal(plain)
            ? Path.of(plain).toAbsolutePath().resolve(name).toString()
            : plain + "/" + name);
  }

  static boolean isLocal(String location) {
    return !location.matches(SCHEME + ".*");
  }

  /**
   * Writes a file or a folder under a new name.
   *
   * @param name what it is called inside of a folder of its own
   * @return where it is
   */
  String write(String name, Content content) throws IOException {
    String folder = location + "/" + UUID.randomUUID();
    if (isLocal(location)) {
      Path path = Path.of(folder, name);
      Files.createDirectories(path.getParent());
      content.write(path);
      return path.toString();
    }
    Path draft = Files.createTempDirectory("hubbeam-write");
    try {
      content.write(draft.resolve(name));
      copyAll(draft, folder);
    } finally {
      FileTrees.delete(draft);
    }
    return folder + "/" + name;
  }

  /** Copies what is in a folder of this machine into another, anywhere. */
  static void copyAll(Path from, String folder) throws IOException {
    for (Path file : files(from)) {
      copy(file, folder + "/" + from.relativize(file).toString().replace('\\', '/'));
    }
  }

  private static void copy(Path file, String target) throws IOException {
    ResourceId resource = FileSystems.matchNewResource(target, false);
    try (OutputStream out =
        Channels.newOutputStream(FileSystems.create(resource, MimeTypes.BINARY))) {
      Files.copy(file, out);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Files from elsewhere on this machine, while they are needed. */
  static final class Staged implements AutoCloseable {
    private final Path folder = OwnFolder.temporary("hubbeam-staged");
    private int count;

    /** The file as one of this machine, under the name it has. */
    Path path(String file) {
      if (isLocal(file)) {
        return Path.of(file);
      }
      try {
        ResourceId resource = FileSystems.matchSingleFileSpec(file).resourceId();
        Path target =
            Files.createDirectory(folder.resolve(Integer.toString(count++)))
                .resolve(String.valueOf(resource.getFilename()));
        try (InputStream in = Channels.newInputStream(FileSystems.open(resource))) {
          Files.copy(in, target);
        }
        return target;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      FileTrees.delete(folder);
    }
  }

  /** Folders of this machine that belong to this JVM. */
  private static final class OwnFolder {
    private OwnFolder() {}

    static Path create() {
      Path folder = temporary("hubbeam-analysis");
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      FileTrees.delete(folder);
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }));
      return folder;
    }

    static Path temporary(String prefix) {
      try {
        return Files.createTempDirectory(prefix);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
