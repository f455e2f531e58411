// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Where a job writes to. */
interface Output extends Serializable {

  /** The folder, or the prefix of the file names. */
  String path();

  /** What is told of it behind what the job does; nothing where it is not kept. */
  default String told() {
    return " -> " + path();
  }

  /** The folder that all files go to. */
  String folder();

  /** The same output has the same place, however it is named. */
  default String place() {
    return Locations.absolute(path());
  }

  /** How the names of all its files begin, without their folder. */
  default String names() {
    return "";
  }

  /** A name in a folder. */
  static String in(String folder, String name) {
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }

  /** The file of the manifest. */
  String manifest();

  /** The file of the failures. */
  String failures();

  /** The files that an earlier run has left. */
  List<String> existing() throws IOException;

  /** Deletes these, the manifest first, so that an incomplete output never has one. */
  void delete() throws IOException;
}
