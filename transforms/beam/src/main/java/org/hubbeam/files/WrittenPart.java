// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;

/**
 * A file of a sink as its writer left it.
 *
 * @param name what it is called until all are there
 * @param writer the {@link ThisProcess#name} of its writer
 * @param rows records in it
 * @param bytes its size
 */
record WrittenPart(String name, String writer, long rows, long bytes) implements Serializable {

  /** No file: with it there is something to finish also where nothing was written. */
  static final WrittenPart NONE = new WrittenPart("", "", 0, 0);
}
