// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.fs.CreateOptions;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Files of this machine as {@code faulty:///folder/file}, to which something happens when they are
 * opened, and with so many bytes left on the disk. For one test at a time.
 */
final class FaultyFiles extends FileSystem<FaultyFiles.Id> {

  private static final String SCHEME = "faulty";
  private static final AtomicLong OPENED = new AtomicLong();
  private static final AtomicLong ROOM = new AtomicLong(Long.MAX_VALUE);
  private static volatile Happening happening = (file, time) -> {};

  /** What happens before a file is opened. */
  interface Happening {
    /**
     * Something happens.
     *
     * @param time how many were opened before, of all files
     */
    void before(Path file, long time) throws IOException;
  }

  /** Makes a store in which this happens. */
  static void happens(Happening value) {
    OPENED.set(0);
    happening = value;
    ROOM.set(Long.MAX_VALUE);
  }

  /** Makes a store with room for so many bytes. */
  static void hasRoom(long bytes) {
    happens((file, time) -> {});
    ROOM.set(bytes);
  }

  /** How many files were opened. */
  static long opened() {
    return OPENED.get();
  }

  static String name(Path file) {
    return SCHEME + "://" + file.toAbsolutePath();
  }

  /** Puts it where Beam looks for it. */
  public static final class Registrar implements FileSystemRegistrar {
    @Override
    public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
      return List.of(new FaultyFiles());
    }
  }

  @Override
  protected List<MatchResult> match(List<String> specs) throws IOException {
    List<MatchResult> results = new ArrayList<>();
    for (String spec : specs) {
      Path path = new Id(spec).path();
      List<MatchResult.Metadata> found = new ArrayList<>();
      if (Files.isDirectory(path.getParent())) {
        try (DirectoryStream<Path> files =
            Files.newDirectoryStream(path.getParent(), path.getFileName().toString())) {
          for (Path file : files) {
            found.add(
                MatchResult.Metadata.builder()
                    .setResourceId(new Id(name(file)))
                    .setSizeBytes(Files.size(file))
                    .setLastModifiedMillis(Files.getLastModifiedTime(file).toMillis())
                    .setIsReadSeekEfficient(true)
                    .build());
          }
        }
      }
      results.add(
          MatchResult.create(
              found.isEmpty() ? MatchResult.Status.NOT_FOUND : MatchResult.Status.OK, found));
    }
    return results;
  }

  @Override
  protected ReadableByteChannel open(Id id) throws IOException {
    happening.before(id.path(), OPENED.getAndIncrement());
    return Files.newByteChannel(id.path());
  }

  @Override
  protected WritableByteChannel create(Id id, CreateOptions options) throws IOException {
    Files.createDirectories(id.path().getParent());
    WritableByteChannel channel =
        Files.newByteChannel(id.path(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    return new WritableByteChannel() {
      @Override
      public int write(ByteBuffer bytes) throws IOException {
        if (ROOM.addAndGet(-bytes.remaining()) < 0) {
          throw new IOException("No space left on device");
        }
        return channel.write(bytes);
      }

      @Override
      public boolean isOpen() {
        return channel.isOpen();
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  protected void copy(List<Id> from, List<Id> to) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void rename(List<Id> from, List<Id> to, MoveOptions... options) throws IOException {
    for (int i = 0; i < from.size(); i++) {
      Files.move(from.get(i).path(), to.get(i).path(), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  protected void delete(Collection<Id> ids) throws IOException {
    for (Id id : ids) {
      Files.deleteIfExists(id.path());
    }
  }

  @Override
  protected Id matchNewResource(String spec, boolean isDirectory) {
    return new Id(isDirectory && !spec.endsWith("/") ? spec + "/" : spec);
  }

  @Override
  protected String getScheme() {
    return SCHEME;
  }

  /** A file or, with a slash at the end, a folder. */
  record Id(String name) implements ResourceId {

    Path path() {
      return Path.of(name.substring(SCHEME.length() + 3));
    }

    @Override
    public ResourceId resolve(String other, ResolveOptions options) {
      boolean folder = options == ResolveOptions.StandardResolveOptions.RESOLVE_DIRECTORY;
      return new Id((name.endsWith("/") ? name : name + "/") + other + (folder ? "/" : ""));
    }

    @Override
    public ResourceId getCurrentDirectory() {
      return new Id(name.substring(0, name.lastIndexOf('/') + 1));
    }

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public String getFilename() {
      return name.substring(name.lastIndexOf('/') + 1);
    }

    @Override
    public boolean isDirectory() {
      return name.endsWith("/");
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
