// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;

/**
 * A folder of images with a manifest and failures.
 *
 * @param path without a slash at its end
 */
record OutputFolder(String path) implements Output {

  OutputFolder {
    if (path.isEmpty()) {
      throw new UsageException("--output= must be a folder");
    }
    path = path.replaceFirst("(?<=.)/+$", "");
  }

  @Override
  public String folder() {
    return path;
  }

  @Override
  public String manifest() {
    return path + "/manifest.json";
  }

  @Override
  public String failures() {
    return path + "/failures.jsonl";
  }

  /** The files of an earlier run, without its images. */
  @Override
  public List<String> existing() {
    return OutputFiles.existing(List.of(manifest(), failures()));
  }

  /** Deletes these files; images stay until others with the same names replace them. */
  @Override
  public void delete() throws IOException {
    OutputFiles.delete(List.of(manifest(), failures()));
  }
}
