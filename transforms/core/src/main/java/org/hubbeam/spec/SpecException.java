// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the text of a preprocessing function is not valid. The message contains the location.
 */
public final class SpecException extends IllegalArgumentException {

  SpecException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
