// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;

/** Where a job writes to. */
interface Output {

  /** The folder, or the prefix of the file names. */
  String path();

  /** The folder that all files go to. */
  String folder();

  /** The file of the manifest. */
  String manifest();

  /** The file of the failures. */
  String failures();

  /** The files that an earlier run has left. */
  List<String> existing() throws IOException;

  /** Deletes these, the manifest first, so that an incomplete output never has one. */
  void delete() throws IOException;
}
