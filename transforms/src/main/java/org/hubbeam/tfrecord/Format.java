package org.hubbeam.tfrecord;

import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.ReadableByteChannel;

/** What the files of a source hold. */
interface Format extends Serializable {

  /** The name of the format, for messages. */
  String name();

  /** The columns that every batch has; null where only the files tell. */
  java.util.List<String> columns();

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

  /** How a file is packed, told by its first bytes; not asked for {@link Sharing#GROUPS}. */
  Compression compression(byte[] head);

  /**
   * Reads a file, or a part of it.
   *
   * @param channel stands at the beginning of the file; where the part begins later, one byte
   *     before the part
   * @throws CorruptFileException where the file is damaged, with {@link Corruption#FAIL}
   */
  void read(FileRange range, ReadableByteChannel channel, Limits limits, Receiver out)
      throws IOException;

  /** Reads what one worker has been given. */
  default void read(FileGroup group, Limits limits, Receiver out) throws IOException {
    for (FileRange range : group.files()) {
      try (ReadableByteChannel channel = range.open()) {
        read(range, channel, limits, out);
      }
    }
  }
}
