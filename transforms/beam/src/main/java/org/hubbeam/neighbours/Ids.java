// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.files.IndexRows;
import org.hubbeam.inference.RowIds;
import org.hubbeam.search.RowId;

/**
 * The ids of rows, as in an index: a string or an integer of a column, or the place in its file.
 */
final class Ids {

  private Ids() {}

  /** A row has no id. */
  static final class NoIdException extends Exception {
    private static final long serialVersionUID = 1;

    NoIdException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * The id of a row.
   *
   * @throws NoIdException when the column has not one id
   */
  static RowId of(RowIds ids, Batch batch, int row) throws NoIdException {
    if (ids.column() == null) {
      return IndexRows.place(batch, row);
    }
    Array array = batch.column(ids.column()).slice(row, row + 1);
    if (array.values().size() != 1) {
      throw new NoIdException(
          array.values().size() == 0
              ? "the row has no id"
              : "the row has " + array.values().size() + " ids");
    }
    if (array.values() instanceof Values.Strings strings) {
      String text = text(strings.get(0));
      if (text.isEmpty()) {
        throw new NoIdException("the id is empty");
      }
      return RowId.of(text);
    }
    if (!array.dtype().isInteger() || array.dtype() == DType.UINT64) {
      throw new NoIdException("an id is a string or an integer, not " + array.dtype());
    }
    return RowId.of(((Values.Numbers) array.values()).getLong(0));
  }

  private static String text(byte[] bytes) throws NoIdException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new NoIdException("the id is not UTF-8");
    }
  }

  /** The id of a row that was let through. */
  static RowId known(RowIds ids, Batch batch, int row) {
    try {
      return of(ids, batch, row);
    } catch (NoIdException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An id as bytes. */
  static byte[] bytes(RowId id) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      RankedId.writeId(new DataOutputStream(bytes), id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
