// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The checkpoints that need nothing but this machine. */
final class FileCheckpoints {

  static final Checkpoints NONE =
      new Checkpoints() {
        @Override
        public @Nullable InputStream open() {
          return null;
        }

        @Override
        public void write(Content content) {}

        @Override
        public void delete() {}

        @Override
        public Interval interval() {
          return new Interval(Long.MAX_VALUE, Duration.ofDays(10_000));
        }
      };

  private FileCheckpoints() {}

  /** In a file. */
  record InFile(Path file, Interval interval) implements Checkpoints {

    @Override
    public @Nullable InputStream open() throws IOException {
      return Files.exists(file) ? Files.newInputStream(file) : null;
    }

    @Override
    public void write(Content content) throws IOException {
      Path absolute = file.toAbsolutePath();
      Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
      Path folder = absolute.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (OutputStream out = Files.newOutputStream(part)) {
        content.writeTo(out);
      }
      Files.move(
          part, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete() throws IOException {
      Files.deleteIfExists(file);
    }
  }
}
