// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import org.hubbeam.batch.Printable;

/** A function cannot become a graph model, or a graph model cannot be read; says why. */
public final class ConversionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ConversionException(String message) {
    super(Printable.text(message));
  }

  public ConversionException(String message, Throwable cause) {
    super(Printable.text(message), cause);
  }
}
