// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

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
}
