package org.hubbeam.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
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
import org.hubbeam.batch.Values;
import org.hubbeam.media.MediaException;

/**
 * The column that has clips or sounds: the names of their files, or the bytes of them.
 *
 * @param name of the column: strings, one in each row
 */
record MediaColumn(String name, Content content) implements Serializable {

  /** The names in the column {@code file}. */
  static final MediaColumn FILE = new MediaColumn("file", Content.NAMES);

  /** What the strings are. */
  enum Content {
    NAMES,
    BYTES
  }

  /** Takes a file on this machine, or the bytes of one. */
  interface Use<T> {
    T file(Path file) throws IOException, MediaException;

    T bytes(byte[] bytes) throws IOException, MediaException;
  }

  /**
   * Uses the file of a row. One of a remote file system is copied, and the copy deleted afterwards.
   *
   * @throws MediaException when the use throws it, the row has not one string, or the file cannot
   *     be read
   */
  <T> T use(Batch batch, int row, Use<T> use) throws MediaException {
    byte[] value = value(batch, row);
    try {
      if (content == Content.BYTES) {
        return use.bytes(value);
      }
      String file = new String(value, java.nio.charset.StandardCharsets.UTF_8);
      return isLocal(file) ? use.file(local(file)) : copied(file, use);
    } catch (IOException | IllegalArgumentException e) {
      throw new MediaException("the file cannot be read: " + reason(e), e);
    }
  }

  private static String reason(Exception e) {
    return e.getClass() == IOException.class ? e.getMessage() : e.toString();
  }

  private static boolean isLocal(String file) {
    return file.startsWith("file:") || !file.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*");
  }

  private static Path local(String file) {
    return Path.of(file.startsWith("file:") ? file.replaceFirst("file:(//)?", "") : file);
  }

  private static <T> T copied(String file, Use<T> use) throws IOException, MediaException {
    Path copy = Files.createTempFile("hubbeam-", ".media");
    try {
      try (InputStream in =
          Channels.newInputStream(
              FileSystems.open(FileSystems.matchSingleFileSpec(file).resourceId()))) {
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      }
      return use.file(copy);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private byte[] value(Batch batch, int row) throws MediaException {
    Array column = batch.column(name).squeezed();
    if (column.dtype() != DType.STRING) {
      throw new MediaException("is " + column.spec(name) + ", and no " + what());
    }
    Values values = column.slice(row, row + 1).values();
    if (values.size() != 1) {
      throw new MediaException("has not exactly one of the " + what());
    }
    return (byte[]) values.get(0);
  }

  private String what() {
    return content == Content.NAMES ? "names of files" : "bytes of files";
  }

  /** The columns that stay: all but bytes. */
  Batch staying(Batch batch) {
    List<String> names = new ArrayList<>(batch.columns().keySet());
    if (content == Content.BYTES) {
      names.remove(name);
    }
    return batch.only(names);
  }

  /**
   * A row that cannot be read.
   *
   * @param id the column that names it; null for {@code file}, or the origin
   */
  Failure failure(String id, Batch batch, int row, MediaException e) {
    return Failure.reading(id(id, batch, row), name, e.getMessage());
  }

  /**
   * What a row is called in failures.
   *
   * @param column whose value is the name; null for {@code file} where there is one, else the
   *     origin
   */
  static String id(String column, Batch batch, int row) {
    boolean file = column == null && batch.columns().containsKey(FILE.name);
    return new RowIds(file ? FILE.name : column).of(batch, row);
  }
}
