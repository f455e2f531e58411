// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.ServiceLoader;

/** What stands in where no {@link RemoteFiles} is on the class path: it knows no scheme. */
final class NoRemoteFiles implements RemoteFiles {

  /** The implementation on the class path, or this one. */
  static RemoteFiles orInstalled() {
    return ServiceLoader.load(RemoteFiles.class, RemoteFiles.class.getClassLoader())
        .findFirst()
        .orElseGet(NoRemoteFiles::new);
  }

  @Override
  public List<RemoteFile> below(String folder) {
    throw unknown(folder);
  }

  @Override
  public List<RemoteFile> match(String uri) {
    throw unknown(uri);
  }

  @Override
  public ReadableByteChannel open(RemoteFile file) {
    throw unknown(file.uri());
  }

  private static IllegalArgumentException unknown(String uri) {
    return new IllegalArgumentException(
        "no file system for " + uri + ": hubbeam-beam is not on the class path");
  }
}
