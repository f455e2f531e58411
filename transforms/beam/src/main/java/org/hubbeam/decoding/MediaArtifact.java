// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

/** The optional artifact that decodes. */
final class MediaArtifact {

  private MediaArtifact() {}

  /**
   * Checks that the artifact is on the class path.
   *
   * @throws IllegalStateException naming the artifact, when it is not
   */
  static void require() {
    try {
      Class.forName(
          "org.hubbeam.media.MediaException", false, MediaArtifact.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "images, clips and sounds need the artifact org.hubbeam:hubbeam-media on the class path",
          e);
    }
  }
}
