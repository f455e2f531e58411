// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows with their clusters, and the centroids beside them.
 *
 * @param rows the files of the rows
 */
record ClusteredOutput(OutputPrefix rows) implements Output {

  /** The file of the centroids. */
  String centroids() {
    return rows.path() + ".centroids.npy";
  }

  @Override
  public String path() {
    return rows.path();
  }

  @Override
  public String folder() {
    return rows.folder();
  }

  @Override
  public String names() {
    return rows.names();
  }

  @Override
  public String manifest() {
    return rows.manifest();
  }

  @Override
  public String failures() {
    return rows.failures();
  }

  @Override
  public List<String> existing() {
    List<String> files = new ArrayList<>(rows.existing());
    files.addAll(OutputFiles.existing(List.of(centroids())));
    return files;
  }

  @Override
  public void delete() throws IOException {
    rows.delete();
    OutputFiles.delete(List.of(centroids()));
  }
}
