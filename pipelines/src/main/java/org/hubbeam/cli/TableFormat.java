// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Optional;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.files.BatchSource;

/** The formats of tables, with the names that users write. */
enum TableFormat {
  csv,
  jsonl,
  tfrecord;

  /**
   * Detects the format from the names of the files, then from their bytes. Text of another name is
   * CSV if its header has the columns.
   *
   * @throws UsageException if there is no file, or it is no table
   */
  static TableFormat detect(InputFiles files, BatchSchema columns) {
    Optional<InputFormat> format = files.format();
    if (format.equals(Optional.of(InputFormat.text)) && hasColumns(files, columns)) {
      return csv;
    }
    return format
        .flatMap(TableFormat::of)
        .orElseThrow(
            () ->
                new UsageException(
                    "cannot detect the format of "
                        + files.glob()
                        + format.map(found -> ", which is " + found).orElse("")
                        + "; specify --inputFormat=csv, jsonl or tfrecord"));
  }

  private static Optional<TableFormat> of(InputFormat format) {
    return switch (format) {
      case csv -> Optional.of(csv);
      case jsonl -> Optional.of(jsonl);
      case tfrecord -> Optional.of(tfrecord);
      default -> Optional.empty();
    };
  }

  private static boolean hasColumns(InputFiles files, BatchSchema columns) {
    try {
      BatchSource.csv(files.glob(), columns, files.options());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The format as one of all inputs. */
  InputFormat input() {
    return InputFormat.valueOf(name());
  }

  /** A source that reads the columns of a schema. */
  BatchSource source(InputFiles files, BatchSchema schema) {
    return switch (this) {
      case csv -> BatchSource.csv(files.glob(), schema, files.options());
      case jsonl -> BatchSource.jsonl(files.glob(), schema, files.options());
      case tfrecord -> BatchSource.tfrecord(files.glob(), schema);
    };
  }
}
