// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.hubbeam.batch.Internal;

/** Lists all files below a folder of one of Beam's file systems. */
@Internal
public final class FilesBelow {

  private static final String AUTHORITY = "^[^:/]+://[^/]*";

  private FilesBelow() {}

  /**
   * The files; none where there is no such folder.
   *
   * @param folder without a slash at its end
   * @throws IllegalArgumentException when there is no such file system
   */
  public static List<Metadata> of(String folder) throws IOException {
    // To Beam's Hadoop, a slash before '**' leaves out the files of the folder itself, and what
    // stands before '**' is the beginning of a name.
    if (!folder.matches("(?i)[a-z]*hdfs:.*")) {
      return FileSystems.match(folder + "/**", EmptyMatchTreatment.ALLOW).metadata();
    }
    String path = folder.replaceFirst(AUTHORITY, "") + "/";
    return FileSystems.match(folder + "**", EmptyMatchTreatment.ALLOW).metadata().stream()
        .filter(f -> f.resourceId().toString().replaceFirst(AUTHORITY, "").startsWith(path))
        .toList();
  }
}
