// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.files.FileGlob;

/**
 * How much a stage of a job has to do.
 *
 * @param unit what is counted
 * @param amount so many; 0 if it is not known
 */
record Whole(Unit unit, long amount) {

  /** Not known. */
  static final Whole UNKNOWN = new Whole(Unit.ROWS, 0);

  /** What is counted. */
  enum Unit {
    /** Rows. */
    ROWS,
    /** Bytes of input files. */
    BYTES
  }

  /** The number of rows. */
  static Whole rows(long rows) {
    return new Whole(Unit.ROWS, rows);
  }

  /** One row for each file. */
  static Whole files(List<String> globs) {
    return rows(globs.stream().mapToLong(glob -> FileGlob.match(glob).size()).sum());
  }

  /** The bytes of files. */
  static Whole bytes(List<String> globs) {
    return new Whole(
        Unit.BYTES,
        globs.stream()
            .flatMap(glob -> FileGlob.match(glob).stream())
            .mapToLong(MatchResult.Metadata::sizeBytes)
            .sum());
  }

  /**
   * The share that is done, from 0 to 1; 0 if it is not known. Packed files hold more bytes than
   * they have: more than all of it is not known, either.
   */
  double share(RowCount.Seen seen) {
    double share =
        amount == 0 ? 0 : (double) (unit == Unit.ROWS ? seen.rows() : seen.bytes()) / amount;
    return share > 1.05 ? 0 : Math.min(share, 1);
  }
}
