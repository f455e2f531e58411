// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.fs.CreateOptions;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.PipelineOptions;

/** An object store, {@code hubtest://bucket/path}, whose buckets are folders. */
final class TestStorage extends FileSystem<TestStorage.Id> {
  static final AtomicInteger OPENED = new AtomicInteger();
  static volatile Path root;
  static volatile Opening opening = id -> {};

  /** What happens when a file is opened. */
  interface Opening {
    void of(Id id) throws IOException;
  }

  /** Puts it where Beam looks for it. */
  public static final class Registrar implements FileSystemRegistrar {
    @Override
    public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
      return List.of(new TestStorage());
    }
  }

  @Override
  protected List<MatchResult> match(List<String> specs) throws IOException {
    List<MatchResult> results = new ArrayList<>();
    for (String spec : specs) {
      String base = spec.endsWith("/**") ? spec.substring(0, spec.length() - 3) : spec;
      Path path = root.resolve(base.substring("hubtest://".length()));
      List<MatchResult.Metadata> found = new ArrayList<>();
      if (spec.endsWith("/**") ? Files.isDirectory(path) : Files.isRegularFile(path)) {
        try (Stream<Path> walk = Files.walk(path)) {
          for (Path file : walk.filter(Files::isRegularFile).toList()) {
            found.add(
                MatchResult.Metadata.builder()
                    .setResourceId(new Id("hubtest://" + root.relativize(file)))
                    .setSizeBytes(Files.size(file))
                    .setIsReadSeekEfficient(false)
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
    OPENED.incrementAndGet();
    opening.of(id);
    return Files.newByteChannel(root.resolve(id.name().substring("hubtest://".length())));
  }

  @Override
  protected WritableByteChannel create(Id id, CreateOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void copy(List<Id> from, List<Id> to) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void rename(List<Id> from, List<Id> to, MoveOptions... options) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void delete(Collection<Id> ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected Id matchNewResource(String spec, boolean isDirectory) {
    return new Id(spec);
  }

  @Override
  protected String getScheme() {
    return "hubtest";
  }

  /** A name in the store. */
  record Id(String name) implements ResourceId {
    Id {
      Objects.requireNonNull(name);
    }

    @Override
    public ResourceId resolve(String other, ResolveOptions options) {
      return new Id(name + "/" + other);
    }

    @Override
    public ResourceId getCurrentDirectory() {
      return new Id(name.substring(0, name.lastIndexOf('/') + 1));
    }

    @Override
    public String getScheme() {
      return "hubtest";
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
