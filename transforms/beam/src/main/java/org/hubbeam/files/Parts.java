// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;

/**
 * How much of the files one worker reads at once: much enough to be worth it, little enough for all
 * workers to have some.
 *
 * @param wanted how many parts there should be where they are neither too small nor too large
 * @param bytes how many bytes of a file a part has
 * @param files how many files go together where whole files are rows
 */
record Parts(int wanted, Range bytes, Range files) implements Serializable {

  /** 32 parts of 16 KiB to 4 MiB, or of eight files or more. */
  static final Parts DEFAULT =
      new Parts(32, new Range(16 << 10, 4 << 20), new Range(8, Integer.MAX_VALUE));

  /** The least and the most that may be chosen. */
  record Range(long least, long most) implements Serializable {
    Range {
      if (least < 1 || least > most) {
        throw new IllegalArgumentException("a range from " + least + " to " + most);
      }
    }

    long share(long total, int parts) {
      return Math.max(least, Math.min(most, (total + parts - 1) / parts));
    }
  }

  /** Parts of so many bytes, whatever the size of the input. */
  static Parts of(long bytes) {
    return new Parts(DEFAULT.wanted, new Range(bytes, bytes), DEFAULT.files);
  }

  /** The bytes of a part of an input of this size. */
  long bytesOf(long total) {
    return bytes.share(total, wanted);
  }

  /** The files that go together where there are so many, and no more than {@code most}. */
  long filesOf(int total, int most) {
    return Math.min(most, files.share(total, wanted));
  }
}
