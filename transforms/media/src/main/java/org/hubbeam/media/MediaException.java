// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** The bytes are not a valid image, clip or sound. The message says why. */
public final class MediaException extends Exception {
  private static final long serialVersionUID = 1;

  /** With a short reason, for example {@code "is text, not an image"}. */
  public MediaException(String reason) {
    super(reason);
  }

  /** With a short reason and its cause. */
  public MediaException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
