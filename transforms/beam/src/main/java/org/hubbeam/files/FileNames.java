// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.util.List;
import org.hubbeam.batch.Internal;

/** What the names of files tell. */
@Internal
public final class FileNames {

  private static final String PACKED = "(?i)(?<=.)\\.(gz|bz2|xz|lzma|zst|zstd|lz4|zz|zlib|zip)$";

  private FileNames() {}

  /** The last part of a file's name, without the ending of what it is packed with. */
  public static String unpacked(String file) {
    return file.substring(file.lastIndexOf('/') + 1).replaceFirst(PACKED, "");
  }

  /** The name of a file; of the only one in a zip archive on this machine, where it is one. */
  public static String inside(String file) {
    List<String> names = file.matches("(?i).*\\.zip") ? ZipArchives.names(file) : List.of();
    return names.size() == 1 ? names.get(0) : file;
  }
}
