// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file that is not there any more, cannot be opened, is too large or changed while it was read.
 * The message names the file.
 */
final class BadFileException extends IOException {
  private static final long serialVersionUID = 1;

  private final String file;
  private final String reason;

  BadFileException(String file, String reason, @Nullable IOException cause) {
    super(file + ": " + reason, cause);
    this.file = file;
    this.reason = reason;
  }

  String file() {
    return file;
  }

  /** What is wrong with the file, without its name. */
  String reason() {
    return reason;
  }
}
