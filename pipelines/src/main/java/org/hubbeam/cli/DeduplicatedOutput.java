// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that are kept, and those that are dropped.
 *
 * @param kept the files of the former, with manifest and failures
 * @param dropped the files of the latter
 */
record DeduplicatedOutput(OutputPrefix kept, OutputPrefix dropped) implements Output {

  @Override
  public String path() {
    return kept.path();
  }

  @Override
  public String folder() {
    return kept.folder();
  }

  @Override
  public String names() {
    return kept.names();
  }

  @Override
  public String manifest() {
    return kept.manifest();
  }

  @Override
  public String failures() {
    return kept.failures();
  }

  @Override
  public List<String> existing() {
    List<String> files = new ArrayList<>(kept.existing());
    files.addAll(dropped.existing());
    return files;
  }

  @Override
  public void delete() throws IOException {
    kept.delete();
    dropped.delete();
  }
}
