// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;

/** A file whose header has been read: what it is, without the memory of its pixels. */
interface Encoded {

  /** The size that the header tells, as the pixels are stored; not yet compared with any limit. */
  long height();

  /** Likewise. */
  long width();

  /** How often the decoder goes through all pixels. */
  default int scans() {
    return 1;
  }

  /** How the image is to be seen, by EXIF's number. */
  int orientation();

  /**
   * Decodes the pixels.
   *
   * @param channels what will be made of them; what is given may have others
   */
  Pixels pixels(Channels channels, Truncated truncated) throws IOException, MediaException;
}
