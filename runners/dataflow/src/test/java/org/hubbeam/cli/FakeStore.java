// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.net.URL;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.fs.CreateOptions;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.PipelineOptions;

/** Google Cloud Storage as a folder: {@code gs://bucket/path} is a file below it. */
final class FakeStore extends FileSystem<FakeStore.Id> {

  private static final String SCHEME = "gs";
  private static final String START = SCHEME + "://";
  private static final String SERVICES = "META-INF/services/";

  private static volatile Path root = Path.of("");

  /** The folder of all buckets from now on. */
  static void at(Path folder) {
    root = folder;
  }

  /** The file that stands for a name. */
  static Path file(String name) {
    return root.resolve(name.substring(START.length()));
  }

  /** Puts it in the place of Google's client. */
  public static final class Registrar implements FileSystemRegistrar {
    @Override
    public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
      return List.of(new FakeStore());
    }
  }

  /** Finds this store and files of this machine, and no other file system. */
  static final class Loader extends ClassLoader {
    Loader(ClassLoader parent) {
      super(parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return super.getResources(
          name.equals(SERVICES + FileSystemRegistrar.class.getName())
              ? "org/hubbeam/cli/file-systems"
              : name);
    }
  }

  @Override
  protected List<MatchResult> match(List<String> specs) throws IOException {
    List<MatchResult> results = new ArrayList<>();
    for (String spec : specs) {
      PathMatcher matcher =
          FileSystems.getDefault().getPathMatcher("glob:" + spec.substring(START.length()));
      List<MatchResult.Metadata> found = new ArrayList<>();
      try (Stream<Path> walk = Files.walk(root)) {
        for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
          if (matcher.matches(root.relativize(file))) {
            found.add(
                MatchResult.Metadata.builder()
                    .setResourceId(new Id(START + root.relativize(file)))
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
    return Files.newByteChannel(file(id.name));
  }

  @Override
  protected WritableByteChannel create(Id id, CreateOptions options) throws IOException {
    Files.createDirectories(file(id.name).getParent());
    return Files.newByteChannel(
        file(id.name),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Override
  protected void copy(List<Id> from, List<Id> to) throws IOException {
    for (int i = 0; i < from.size(); i++) {
      Files.createDirectories(file(to.get(i).name).getParent());
      Files.copy(file(from.get(i).name), file(to.get(i).name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  protected void rename(List<Id> from, List<Id> to, MoveOptions... options) throws IOException {
    copy(from, to);
    delete(from);
  }

  @Override
  protected void delete(Collection<Id> ids) throws IOException {
    for (Id id : ids) {
      Files.deleteIfExists(file(id.name));
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

  /** A name in the store. */
  record Id(String name) implements ResourceId {
    Id {
      Objects.requireNonNull(name);
    }

    @Override
    public ResourceId resolve(String other, ResolveOptions options) {
      boolean folder = options == ResolveOptions.StandardResolveOptions.RESOLVE_DIRECTORY;
      String base = name.endsWith("/") ? name : name + "/";
      return new Id(base + other + (folder && !other.endsWith("/") ? "/" : ""));
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
      String path = isDirectory() ? name.substring(0, name.length() - 1) : name;
      return path.substring(path.lastIndexOf('/') + 1);
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
