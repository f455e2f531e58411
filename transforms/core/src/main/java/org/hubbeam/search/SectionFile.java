// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A temporary file with a section of a file to be: numbers in little-endian order, and bytes. */
final class SectionFile implements AutoCloseable {

  private final Path path;
  private final OutputStream out;
  private final byte[] number = new byte[Long.BYTES];
  private final ByteBuffer numberBuffer = ByteBuffer.wrap(number).order(ByteOrder.LITTLE_ENDIAN);
  private long size;

  SectionFile(Path folder) throws IOException {
    path = folder.resolve(".section-" + UUID.randomUUID() + ".tmp");
    out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
  }

  long size() {
    return size;
  }

  void putInt(int value) throws IOException {
    numberBuffer.putInt(0, value);
    put(number, Integer.BYTES);
  }

  void putLong(long value) throws IOException {
    numberBuffer.putLong(0, value);
    put(number, Long.BYTES);
  }

  void put(byte[] bytes) throws IOException {
    put(bytes, bytes.length);
  }

  private void put(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    size += length;
  }

  void putFloats(float[] values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    put(bytes.array());
  }

  /** What was written so far, mapped. */
  MappedFile map() throws IOException {
    out.flush();
    return MappedFile.open(path);
  }

  /** Appends what was written to another file, filled up to a multiple of 8 bytes. */
  void appendTo(SectionFile other) throws IOException {
    out.flush();
    Files.copy(path, other.out);
    other.size += size;
    other.pad();
  }

  /** Fills up to a multiple of 8 bytes. */
  void pad() throws IOException {
    while (size % Long.BYTES != 0) {
      put(new byte[1]);
    }
  }

  /** Ends the file and gives it its name. */
  void moveTo(Path target) throws IOException {
    out.close();
    Files.move(path, target, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(path);
  }
}
