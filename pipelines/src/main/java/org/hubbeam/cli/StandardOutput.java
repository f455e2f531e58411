// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The standard output. Java's own writers keep quiet about what cannot be written; this one ends
 * the program, as the tools of Unix do.
 */
final class StandardOutput {

  private StandardOutput() {}

  /** A writer that throws {@link Broken} at the first text that cannot be written. */
  static PrintWriter on(OutputStream stream) {
    return new PrintWriter(new Checked(stream), true, StandardCharsets.UTF_8);
  }

  /** The standard output cannot be written to. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Whether the reader has gone, as {@code head} does when it has seen enough. */
    private final boolean closed;

    private Broken(IOException cause) {
      super("cannot write to the standard output: " + Errors.ownMessage(cause), cause);
      String reason = String.valueOf(cause.getMessage());
      closed = reason.contains("Broken pipe") || reason.contains("pipe is being closed");
    }

    boolean isClosed() {
      return closed;
    }
  }

  private static final class Checked extends OutputStream {
    private final OutputStream stream;
    private @Nullable Broken broken;

    Checked(OutputStream stream) {
      this.stream = stream;
    }

    private interface Write {
      void to(OutputStream stream) throws IOException;
    }

    private void pass(Write write) {
      if (broken != null) {
        throw broken;
      }
      try {
        write.to(stream);
      } catch (IOException e) {
        broken = new Broken(e);
        throw broken;
      }
    }

    @Override
    public void write(int value) {
      pass(to -> to.write(value));
    }

    @Override
    public void write(byte[] bytes, int start, int length) {
      pass(to -> to.write(bytes, start, length));
    }

    @Override
    public void flush() {
      pass(OutputStream::flush);
    }
  }
}
