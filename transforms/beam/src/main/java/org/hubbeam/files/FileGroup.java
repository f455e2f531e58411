// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;
import java.util.List;

/**
 * What one worker reads.
 *
 * @param glob what the files match
 * @param first the number of the first file among those that match
 */
record FileGroup(String glob, int first, List<FileRange> files) implements Serializable {
  FileGroup {
    files = List.copyOf(files);
  }
}
