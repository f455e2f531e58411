// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Objects;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * A file as it was when the job found it.
 *
 * @param file the name as the file system has it
 * @param size in bytes, as it lies
 * @param modified the time of the last change; {@link Instant#EPOCH}: not known
 * @param checksum what the file system knows the content by; empty: it does not
 */
record FileVersion(String file, long size, Instant modified, String checksum)
    implements Serializable {

  static FileVersion of(MatchResult.Metadata found) {
    return new FileVersion(
        found.resourceId().toString(),
        found.sizeBytes(),
        Instant.ofEpochMilli(found.lastModifiedMillis()),
        Objects.requireNonNullElse(found.checksum(), ""));
  }

  /** A file of which only the size is known. */
  static FileVersion ofSize(String file, long size) {
    return new FileVersion(file, size, Instant.EPOCH, "");
  }

  /**
   * Looks for the file again.
   *
   * @return the file as it was
   * @throws BadFileException when it is gone, or is another one by now
   */
  MatchResult.Metadata requireUnchanged() throws IOException {
    MatchResult.Metadata found;
    try {
      found = FileSystems.matchSingleFileSpec(file);
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw new BadFileException(file, "the file is gone; it was there when the job began", e);
    }
    FileVersion now = of(found);
    if (!modified.equals(Instant.EPOCH) && !isSame(now)) {
      throw new BadFileException(
          file,
          "the file changed while it was read: it had "
              + shown()
              + " and has "
              + now.shown()
              + "; read it again when nothing writes to it",
          null);
    }
    return found;
  }

  /**
   * Opens the file.
   *
   * @throws BadFileException when it is gone, is another one by now or cannot be opened
   */
  ReadableByteChannel open() throws IOException {
    MatchResult.Metadata found = requireUnchanged();
    try {
      return FileSystems.open(found.resourceId());
    } catch (FileNotFoundException | NoSuchFileException | AccessDeniedException e) {
      requireUnchanged();
      throw new BadFileException(file, "the file cannot be opened: " + e.getMessage(), e);
    }
  }

  private boolean isSame(FileVersion now) {
    if (size != now.size) {
      return false;
    }
    boolean known = !checksum.isEmpty() && !now.checksum.isEmpty();
    return size == 0 || (known ? checksum.equals(now.checksum) : isSameTime(now));
  }

  /** Object stores list milliseconds, and tell of one object in seconds. */
  private boolean isSameTime(FileVersion now) {
    boolean seconds = modified.getNano() == 0 || now.modified.getNano() == 0;
    return seconds
        ? modified.getEpochSecond() == now.modified.getEpochSecond()
        : modified.equals(now.modified);
  }

  private String shown() {
    return size + " bytes of " + modified;
  }
}
