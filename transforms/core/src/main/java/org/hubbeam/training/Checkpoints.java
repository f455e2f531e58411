// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the state of a training is kept, so that it goes on after its process has ended. There is
 * one state at a time.
 */
public interface Checkpoints {

  /** The state that was written last; null when there is none. */
  @Nullable InputStream open() throws IOException;

  /** Takes the place of the state before, whole or not at all. */
  void write(Content content) throws IOException;

  /** Removes the state, if there is one. */
  void delete() throws IOException;

  /** How often a state is written; also at the end of training where there is a place for it. */
  default Interval interval() {
    return Interval.DEFAULT;
  }

  /** A state. */
  interface Content {
    /** Writes it. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * How often a state is written: when either has passed.
   *
   * @param steps since the last time
   */
  record Interval(long steps, Duration time) {

    /** Every 30 seconds. */
    public static final Interval DEFAULT = new Interval(Long.MAX_VALUE, Duration.ofSeconds(30));
  }

  /** Nothing is kept. */
  static Checkpoints none() {
    return FileCheckpoints.NONE;
  }

  /** In a file of this machine, which is replaced by a rename. Its folder is made. */
  static Checkpoints inFile(Path file, Interval interval) {
    return new FileCheckpoints.InFile(file, interval);
  }
}
