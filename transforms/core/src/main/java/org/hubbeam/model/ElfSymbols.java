// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Finds variables that a shared library of Linux keeps to itself, by its table of symbols. */
final class ElfSymbols {

  private static final int HEADER = 64;
  private static final int SECTION = 64;
  private static final int SYMBOL = 24;
  private static final int SYMBOL_TABLE = 2;
  private static final int VARIABLE = 1;

  private ElfSymbols() {}

  /**
   * The offsets of variables from where the library is loaded, by name. Those that are not there,
   * or that a stripped library no longer tells, are missing.
   *
   * @param names mangled; what a compiler adds after a dot is ignored
   */
  static Map<String, Long> offsets(Path library, Set<String> names) throws IOException {
    try (FileChannel file = FileChannel.open(library)) {
      ByteBuffer header = map(file, 0, HEADER);
      if (header.getInt(0) != 0x464c457f || header.get(4) != 2 || header.get(5) != 1) {
        throw new IOException(library + " is not a library for a 64-bit little-endian processor");
      }
      int count = Short.toUnsignedInt(header.getShort(0x3c));
      ByteBuffer sections = map(file, header.getLong(0x28), (long) SECTION * count);
      for (int i = 0; i < count; i++) {
        ByteBuffer section = sections.slice(SECTION * i, SECTION).order(ByteOrder.LITTLE_ENDIAN);
        if (section.getInt(4) == SYMBOL_TABLE) {
          int strings = SECTION * section.getInt(0x28);
          return search(
              // Names that the library keeps to itself come first.
              map(file, section.getLong(0x18), (long) SYMBOL * section.getInt(0x2c)),
              map(file, sections.getLong(strings + 0x18), sections.getLong(strings + 0x20)),
              names);
        }
      }
      return Map.of();
    }
  }

  private static Map<String, Long> search(ByteBuffer symbols, ByteBuffer strings, Set<String> names)
      throws IOException {
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    byte[] name = new byte[longest];
    Map<String, Long> offsets = new HashMap<>();
    for (int at = 0; at < symbols.limit(); at += SYMBOL) {
      long size = symbols.getLong(at + 16);
      if ((symbols.get(at + 4) & 0xf) == VARIABLE && size >= 1 && size <= Integer.BYTES) {
        int start = symbols.getInt(at);
        int length = 0;
        while (length < longest && isPartOfName(strings.get(start + length))) {
          name[length] = strings.get(start + length);
          length++;
        }
        String found = new String(name, 0, length, StandardCharsets.ISO_8859_1);
        if (names.contains(found) && !isPartOfName(strings.get(start + length))) {
          offsets.put(found, symbols.getLong(at + 8));
        }
      }
    }
    return offsets;
  }

  private static boolean isPartOfName(byte c) {
    return c != 0 && c != '.';
  }

  private static ByteBuffer map(FileChannel file, long position, long size) throws IOException {
    return file.map(FileChannel.MapMode.READ_ONLY, position, size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
