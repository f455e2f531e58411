// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file is damaged or truncated. The message names the file and the offset. */
public final class CorruptFileException extends IOException {

  public CorruptFileException(String file, long offset, String reason, @Nullable Throwable cause) {
    super(file + "@" + offset + ": " + reason, cause);
  }
}
