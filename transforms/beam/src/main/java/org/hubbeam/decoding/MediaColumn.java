// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Values;
import org.hubbeam.files.StandardColumns;
import org.hubbeam.inference.RowIds;
import org.hubbeam.media.MediaException;
import org.jspecify.annotations.Nullable;

/**
 * The column of encoded images, clips or sounds: the names of their files, or their bytes.
 *
 * @param name of the column: strings, one in each row
 * @param stays whether the column is still there after decoding
 */
record MediaColumn(String name, Content content, boolean stays) implements Serializable {

  /** What the strings are. */
  enum Content {
    NAMES("file names"),
    BYTES("encoded files"),
    IMAGES("encoded images");

    private final String plural;

    Content(String plural) {
      this.plural = plural;
    }
  }

  /** Decodes a file, or the bytes of one. */
  interface Decoder<F> {
    void decode(F file) throws IOException, MediaException;
  }

  /** File names in the column {@code file}. */
  static MediaColumn files() {
    return names(StandardColumns.FILE);
  }

  /** File names; the column stays. */
  static MediaColumn names(String name) {
    return new MediaColumn(name, Content.NAMES, true);
  }

  /** Bytes of files; the column does not stay. */
  static MediaColumn bytes(String name) {
    return new MediaColumn(name, Content.BYTES, false);
  }

  /**
   * Decodes the file of a row. One of a remote file system is copied, and the copy deleted
   * afterwards.
   *
   * @throws MediaException when the decoder throws it, the row does not have exactly one string, or
   *     the file cannot be read
   */
  void decode(Batch batch, int row, Decoder<Path> files, Decoder<byte[]> contents)
      throws MediaException {
    byte[] value = value(batch, row);
    try {
      if (content != Content.NAMES) {
        contents.decode(value);
        return;
      }
      String file = new String(value, StandardCharsets.UTF_8);
      if (isLocal(file)) {
        files.decode(local(file));
      } else {
        decodeCopy(file, files);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new MediaException("the file cannot be read: " + reason(e), e);
    }
  }

  private static String reason(Exception e) {
    return e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : e.toString();
  }

  private static boolean isLocal(String file) {
    return file.startsWith("file:") || !file.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*");
  }

  private static Path local(String file) {
    return Path.of(file.startsWith("file:") ? file.replaceFirst("file:(//)?", "") : file);
  }

  private static void decodeCopy(String file, Decoder<Path> files)
      throws IOException, MediaException {
    Path copy = Files.createTempFile("hubbeam-", ".media");
    try {
      try (InputStream in =
          Channels.newInputStream(
              FileSystems.open(FileSystems.matchSingleFileSpec(file).resourceId()))) {
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      }
      files.decode(copy);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  /**
   * The string of a row.
   *
   * @throws MediaException when the row does not have exactly one
   */
  byte[] value(Batch batch, int row) throws MediaException {
    Array column = batch.column(name);
    if (column.dtype() != DType.STRING) {
      throw new MediaException("is " + column.spec(name) + ", not " + content.plural);
    }
    if (column.layout() == Layout.DENSE && column.dims().size() == 1) {
      return ((Values.Strings) column.values()).get(row);
    }
    Values.Strings values = (Values.Strings) column.slice(row, row + 1).values();
    if (values.size() != 1) {
      throw new MediaException("has " + values.size() + " " + content.plural + ", not one");
    }
    return values.get(0);
  }

  /** The batch with the columns that stay. */
  Batch staying(Batch batch) {
    if (stays) {
      return batch;
    }
    List<String> names = new ArrayList<>(batch.columns().keySet());
    names.remove(name);
    return batch.only(names);
  }

  /**
   * The failure of a row that cannot be decoded.
   *
   * @param id the column whose value names the row; null for {@code file} where there is one, else
   *     the origin
   */
  Failure failure(@Nullable String id, Batch batch, int row, MediaException e) {
    boolean file = id == null && batch.columns().containsKey(StandardColumns.FILE);
    String rowId = new RowIds(file ? StandardColumns.FILE : id).of(batch, row);
    return Failure.reading(rowId, name, String.valueOf(e.getMessage()));
  }
}
