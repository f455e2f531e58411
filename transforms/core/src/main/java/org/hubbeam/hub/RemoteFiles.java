// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;

/**
 * Reads the files of other file systems for {@link Hub}: object stores and clusters' disks. An
 * implementation is found by {@link java.util.ServiceLoader}; {@code hubbeam-beam} has one for all
 * of Beam's file systems. Threads share an instance.
 */
public interface RemoteFiles {

  /**
   * One file.
   *
   * @param uri the file's full name
   * @param sizeBytes its length
   */
  record RemoteFile(String uri, long sizeBytes) {}

  /**
   * All files below a folder, at any depth.
   *
   * @param folder without a slash at its end
   * @return the files; empty where there is no such folder
   * @throws IllegalArgumentException if there is no file system of that scheme
   */
  List<RemoteFile> below(String folder) throws IOException;

  /**
   * One file by its full name.
   *
   * @return the file; empty where it is not there
   * @throws IllegalArgumentException if there is no file system of that scheme
   */
  List<RemoteFile> match(String uri) throws IOException;

  /** Opens a file, as {@link #below} or {@link #match} gave it. The caller closes the channel. */
  ReadableByteChannel open(RemoteFile file) throws IOException;
}
