// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.hubbeam.batch.Printable;
import org.hubbeam.batch.Secrets;

/** What programs print, on its way to a terminal: text of others does not command it. */
final class FilteredWriter extends PrintWriter {
  private final UnaryOperator<String> filter;

  private FilteredWriter(PrintWriter to, UnaryOperator<String> filter) {
    super(to, true);
    this.filter = filter;
  }

  /** For results, with control characters escaped. JSON stays the same JSON. */
  static PrintWriter results(PrintWriter out) {
    return new FilteredWriter(out, Printable::text);
  }

  /** For progress and errors: also without what may be secret in addresses. */
  static PrintWriter messages(PrintWriter err) {
    return new FilteredWriter(err, FilteredWriter::message);
  }

  /** One line of a message, or several. */
  static String message(String text) {
    return Printable.text(Secrets.maskedIn(text));
  }

  /** For what others print, such as loggers: whole lines, as messages. */
  static OutputStream lines(OutputStream err) {
    return new Lines(err);
  }

  @Override
  public void write(int c) {
    write(String.valueOf((char) c));
  }

  @Override
  public void write(char[] buffer, int from, int length) {
    write(String.valueOf(buffer, from, length));
  }

  @Override
  public void write(String text, int from, int length) {
    String filtered = filter.apply(text.substring(from, from + length));
    super.write(filtered, 0, filtered.length());
  }

  private static final class Lines extends FilterOutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Lines(OutputStream to) {
      super(to);
    }

    @Override
    public synchronized void write(int value) throws IOException {
      line.write(value);
      if (value == '\n') {
        pass();
      }
    }

    private void pass() throws IOException {
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      out.write(message(text).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized void flush() throws IOException {
      pass();
      out.flush();
    }
  }
}
