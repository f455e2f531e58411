// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Internal;

/** Writes a folder atomically: it is complete or does not exist. */
@Internal
public final class NewFolder {

  /** What to do with a folder that is there. */
  public enum Existing {
    /** It is an error. */
    REFUSE,
    /** It is replaced when all is written. */
    REPLACE
  }

  /** Writes the content. */
  public interface Content {
    /** Writes it into this folder, which is empty. */
    void write(Path folder) throws IOException;
  }

  private NewFolder() {}

  /**
   * Writes beside the folder, and moves in place when all is written.
   *
   * @throws FileAlreadyExistsException when the folder is there and is not to be replaced
   */
  public static void write(Path folder, Existing existing, Content content) throws IOException {
    Path target = folder.toAbsolutePath().normalize();
    if (existing == Existing.REFUSE && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(folder.toString());
    }
    Files.createDirectories(target.getParent());
    Path staging =
        Files.createTempDirectory(target.getParent(), "." + target.getFileName() + ".part-");
    try {
      Path fresh = Files.createDirectory(staging.resolve("new"));
      content.write(fresh);
      Path old = staging.resolve("old");
      if (existing == Existing.REPLACE && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
      }
      place(fresh, target, old);
    } finally {
      FileTrees.delete(staging);
    }
  }

  /** The folder itself, whatever leads to it; as it is given where there is none. */
  static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      return folder.toAbsolutePath().normalize();
    }
  }

  private static void place(Path fresh, Path target, Path old) throws IOException {
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (Files.exists(old, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
  }
}
