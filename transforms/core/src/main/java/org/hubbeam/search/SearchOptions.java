// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Objects;

/**
 * How an index is opened. Immutable; {@code withX} returns a copy.
 *
 * @param digests when the files are compared with their sha256
 */
public record SearchOptions(Digests digests) {

  /** When the files of an index are compared with their sha256. Sizes and headers always are. */
  public enum Digests {
    /** Each time the index is opened; a second or two for each gigabyte. */
    ALWAYS,
    /**
     * When a file is opened for the first time, or has changed its size or time since. What was
     * found right is remembered in {@code .verified} beside {@code index.json}, where that can be
     * written.
     */
    ONCE,
    /** Never: damage is found only where it makes a file impossible to read. */
    NEVER
  }

  public SearchOptions {
    Objects.requireNonNull(digests);
  }

  /** Digests once. */
  public static SearchOptions defaults() {
    return new SearchOptions(Digests.ONCE);
  }

  /** The same with files compared at other times. */
  public SearchOptions withDigests(Digests when) {
    return new SearchOptions(when);
  }
}
