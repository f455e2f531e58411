// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.hubbeam.tfrecord.CorruptFileException;
import org.hubbeam.tfrecord.Corruption;
import org.jspecify.annotations.Nullable;

/** What the files of a source hold. */
interface Format extends Serializable {

  /** The name of the format, for messages. */
  String name();

  /** The columns that every batch has; null where only the files tell. */
  @Nullable List<String> columns();

  /**
   * The same with some columns read as they are declared, where types are told by the files; itself
   * where they are not.
   */
  default Format declaring(DeclaredColumns declared) {
    return this;
  }

  /** How files are given to workers. */
  Sharing sharing();

  /** How files are given to workers. */
  enum Sharing {
    /** A large plain file in several parts. */
    PARTS,
    /** Each file by itself. */
    FILES,
    /** Several whole files together, whose rows make batches together. */
    GROUPS
  }

  /**
   * The parts of a plain file that may be read at once, by a format that shares {@link
   * Sharing#PARTS}.
   *
   * @param bytes about how many a part has
   * @param longest the most bytes that a record may have
   * @param in the file from its beginning; read only where the format has to look for its records
   */
  default List<FileRange> cut(FileRange whole, long bytes, int longest, InputStream in)
      throws IOException {
    return whole.split(bytes);
  }

  /**
   * Whether a file with these first bytes may be cut, by a format that shares {@link
   * Sharing#PARTS}.
   */
  default boolean splits(byte[] head) {
    return false;
  }

  /**
   * Reads a file, or a part of it.
   *
   * @param channel stands at the beginning of the file; where the part begins later, one byte
   *     before the part
   * @throws CorruptFileException where the file is damaged, with {@link Corruption#FAIL}
   */
  void read(FileRange range, ReadableByteChannel channel, ReadLimits limits, Receiver out)
      throws IOException;

  /**
   * Reads what one worker has been given.
   *
   * @throws BadFileException where a file is not there any more, cannot be opened or is another one
   *     than was found; part of it may have been read
   */
  default void read(FileGroup group, ReadLimits limits, Receiver out) throws IOException {
    for (FileRange range : group.files()) {
      try (ReadableByteChannel channel = range.open()) {
        read(range, channel, limits, out);
      } catch (CorruptFileException e) {
        range.version().requireUnchanged();
        throw e;
      }
      range.version().requireUnchanged();
    }
  }
}
