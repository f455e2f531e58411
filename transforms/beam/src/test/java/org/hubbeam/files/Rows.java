// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;

/** What tests of sources look at: rows and failures as short texts. */
final class Rows {

  private Rows() {}

  /** {@code record|column=values|...} of each row; the values of lists between brackets. */
  static List<String> of(Batch batch) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      StringBuilder text = new StringBuilder(Long.toString(batch.origin().records()[row]));
      int number = row;
      batch
          .columns()
          .forEach(
              (name, array) ->
                  text.append('|').append(name).append('=').append(cell(array, number)));
      rows.add(text.toString());
    }
    return rows;
  }

  private static String cell(Array array, int row) {
    Values values = array.slice(row, row + 1).values();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      texts.add(values instanceof Values.Strings s ? s.text(i) : values.get(i).toString());
    }
    return array instanceof Array.Dense && texts.size() == 1 ? texts.get(0) : texts.toString();
  }

  /**
   * {@code offset column: reason} of a failure; the folder of its file left out, and a JSON
   * parser's words.
   */
  static String of(Failure failure) {
    String id = failure.id().substring(failure.id().lastIndexOf('/') + 1);
    String reason = failure.reason().replaceFirst("(?s)no JSON: .*", "no JSON: ...");
    return id + " " + failure.column() + ": " + reason;
  }

  static void expect(PCollection<Batch> batches, String... rows) {
    List<String> wanted = List.of(rows);
    PAssert.that(batches)
        .satisfies(
            all -> {
              List<String> found = new ArrayList<>();
              all.forEach(batch -> found.addAll(of(batch)));
              assertThat(found).containsExactlyInAnyOrderElementsOf(wanted);
              return null;
            });
  }

  static void expectFailures(PCollection<Failure> failures, String... texts) {
    List<String> wanted = List.of(texts);
    PAssert.that(failures)
        .satisfies(
            all -> {
              List<String> found = new ArrayList<>();
              all.forEach(failure -> found.add(of(failure)));
              assertThat(found).containsExactlyInAnyOrderElementsOf(wanted);
              return null;
            });
  }

  static Path file(Path folder, String name, String text) {
    return file(folder, name, text.getBytes(StandardCharsets.UTF_8));
  }

  static Path file(Path folder, String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
