// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.files.FileGlob;

/** Input so small that the start of an engine of its own would take longer than all the work. */
final class SmallInput {

  /** The most bytes that small input has, all files together. */
  private static final long MOST_BYTES = 4 << 20;

  private SmallInput() {}

  /** Whether all files with these names are on this machine, and small together. */
  static boolean is(List<String> globs) {
    if (!globs.stream().allMatch(SmallInput::isHere)) {
      return false;
    }
    return globs.stream()
            .flatMap(glob -> FileGlob.match(glob).stream())
            .mapToLong(MatchResult.Metadata::sizeBytes)
            .sum()
        <= MOST_BYTES;
  }

  private static boolean isHere(String glob) {
    return !glob.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*") && !glob.contains("**");
  }
}
