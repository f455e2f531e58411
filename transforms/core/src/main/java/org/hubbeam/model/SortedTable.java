// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorInputStream;
import org.hubbeam.tfrecord.MaskedCrc;

/**
 * A sorted table of keys and values, as LevelDB writes it: the index of a checkpoint. All lengths
 * and checksums are checked.
 *
 * @see <a
 *     href="https://github.com/google/leveldb/blob/main/doc/table_format.md">table_format.md</a>
 */
final class SortedTable {

  /** A key and its value. */
  record Entry(ByteString key, ByteString value) {}

  private static final int FOOTER = 48;
  private static final int TRAILER = 5;
  private static final byte PLAIN = 0;
  private static final byte SNAPPY = 1;

  /** A block has some kilobytes. */
  private static final int MOST_UNPACKED = 1 << 26;

  private static final long MAGIC = 0xdb4775248b80fb57L;

  private final ByteString bytes;

  private SortedTable(ByteString bytes) {
    this.bytes = bytes;
  }

  /**
   * The entries in their order.
   *
   * @throws Flaw when the table is broken
   */
  static List<Entry> read(ByteString bytes) {
    SortedTable table = new SortedTable(bytes);
    if (bytes.size() < FOOTER) {
      throw new Flaw("it has only " + bytes.size() + " bytes");
    }
    ByteString footer = bytes.substring(bytes.size() - FOOTER);
    if (little(footer.substring(FOOTER - Long.BYTES)).getLong() != MAGIC) {
      throw new Flaw("it does not end as a table of keys does");
    }
    try {
      CodedInputStream handles = footer.newCodedInput();
      handles.readRawVarint64();
      handles.readRawVarint64();
      ByteString index = table.block(handles.readRawVarint64(), handles.readRawVarint64());
      List<Entry> entries = new ArrayList<>();
      for (Entry block : entries(index)) {
        CodedInputStream handle = block.value().newCodedInput();
        entries.addAll(entries(table.block(handle.readRawVarint64(), handle.readRawVarint64())));
      }
      return entries;
    } catch (IOException e) {
      throw new Flaw("a number in it is broken");
    }
  }

  /** A block without what stands behind it: how it is packed, and its checksum. */
  private ByteString block(long offset, long size) {
    long end = (long) bytes.size() - FOOTER;
    if (offset < 0 || size < 0 || offset > end || size > end - offset - TRAILER) {
      throw new Flaw("a block of " + size + " bytes at " + offset + " lies outside of it");
    }
    int start = (int) offset;
    int stop = (int) (offset + size);
    byte[] checked = bytes.substring(start, stop + 1).toByteArray();
    if (little(bytes.substring(stop + 1)).getInt()
        != new MaskedCrc().of(checked, 0, checked.length)) {
      throw new Flaw("the checksum of the block at " + offset + " is wrong");
    }
    ByteString block = bytes.substring(start, stop);
    return switch (bytes.byteAt(stop)) {
      case PLAIN -> block;
      case SNAPPY -> unpacked(block);
      default -> throw new Flaw("the block at " + offset + " is packed in an unknown way");
    };
  }

  private static ByteString unpacked(ByteString block) {
    try (InputStream in = new SnappyCompressorInputStream(block.newInput())) {
      byte[] bytes = in.readNBytes(MOST_UNPACKED + 1);
      if (bytes.length > MOST_UNPACKED) {
        throw new Flaw("a block has more than " + MOST_UNPACKED + " bytes when it is unpacked");
      }
      return ByteString.copyFrom(bytes);
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new Flaw("a packed block is broken");
    }
  }

  /** The entries of a block. Each key begins like the one before it. */
  private static List<Entry> entries(ByteString block) throws IOException {
    int restarts =
        block.size() < Integer.BYTES
            ? -1
            : little(block.substring(block.size() - Integer.BYTES)).getInt();
    long end = block.size() - Integer.BYTES * (restarts + 1L);
    if (restarts < 0 || end < 0) {
      throw new Flaw("a block in it has " + restarts + " restarts");
    }
    List<Entry> entries = new ArrayList<>();
    CodedInputStream in = block.substring(0, (int) end).newCodedInput();
    ByteString key = ByteString.EMPTY;
    while (!in.isAtEnd()) {
      int shared = in.readRawVarint32();
      int own = in.readRawVarint32();
      int value = in.readRawVarint32();
      if (shared < 0 || shared > key.size() || own < 0 || value < 0) {
        throw new Flaw("an entry in it has lengths that are wrong");
      }
      key = key.substring(0, shared).concat(ByteString.copyFrom(in.readRawBytes(own)));
      entries.add(new Entry(key, ByteString.copyFrom(in.readRawBytes(value))));
    }
    return entries;
  }

  private static ByteBuffer little(ByteString bytes) {
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
