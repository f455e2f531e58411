// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.files.StandardColumns;

/**
 * A hash of a row as it was read: the start of a SHA-256 over the names of its columns and their
 * values, in the order of the names. Of the name of a file only the last two parts count, so that a
 * folder may move.
 */
final class RowHash {

  private final Map<String, RowCells> columns = new TreeMap<>();
  private final MessageDigest digest;

  RowHash(Batch batch) {
    batch.columns().forEach((name, array) -> columns.put(name, RowCells.of(array)));
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  long of(int row) {
    columns.forEach((name, cells) -> add(name, cells, row));
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  private void add(String name, RowCells cells, int row) {
    bytes(name.getBytes(StandardCharsets.UTF_8));
    int from = cells.from(row);
    int to = cells.to(row);
    number(to - from);
    if (cells.values() instanceof Values.Strings strings) {
      for (int i = from; i < to; i++) {
        if (name.equals(StandardColumns.FILE)) {
          bytes(end(strings.text(i)).getBytes(StandardCharsets.UTF_8));
        } else {
          number(strings.length(i));
          digest.update(strings.bytes(), strings.offsets()[i], strings.length(i));
        }
      }
    } else {
      Values.Numbers numbers = (Values.Numbers) cells.values();
      int width = numbers.dtype().bytes();
      digest.update(numbers.bytes(), from * width, (to - from) * width);
    }
  }

  private static String end(String file) {
    return file.replaceFirst(".*[/\\\\](?=[^/\\\\]+[/\\\\][^/\\\\]+$)", "");
  }

  private void bytes(byte[] bytes) {
    number(bytes.length);
    digest.update(bytes);
  }

  private void number(int value) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(value).flip());
  }
}
