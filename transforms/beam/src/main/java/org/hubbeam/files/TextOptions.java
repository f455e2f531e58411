// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How files of text are read, what cannot be told from their bytes.
 *
 * @param charset the name of the encoding of files without a byte order mark; null where they are
 *     UTF-8, and files that look like no text are refused
 * @param csv how CSV is written
 */
public record TextOptions(@Nullable String charset, CsvDialect csv) implements Serializable {

  /** UTF-8, and CSV with commas. */
  public static final TextOptions DEFAULT = new TextOptions(null, CsvDialect.DEFAULT);

  public TextOptions {
    if (charset != null) {
      charset = Charset.forName(charset).name();
    }
  }

  /**
   * Text in this encoding, unless a byte order mark tells another. Bytes that are none in it make
   * the line a failure.
   */
  public TextOptions withEncoding(Charset encoding) {
    return new TextOptions(encoding.name(), csv);
  }

  /** CSV written in this way. */
  public TextOptions withCsv(CsvDialect dialect) {
    return new TextOptions(charset, dialect);
  }

  /** The encoding that was given. */
  public Optional<Charset> encoding() {
    return Optional.ofNullable(charset).map(Charset::forName);
  }

  boolean isUtf8() {
    return charset == null || charset.equals(StandardCharsets.UTF_8.name());
  }
}
