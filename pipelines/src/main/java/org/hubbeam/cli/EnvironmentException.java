// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

/** Something that a program needs is not there: a server that answers, room on a disk. */
final class EnvironmentException extends RuntimeException {
  private static final long serialVersionUID = 1;

  EnvironmentException(String message) {
    super(message);
  }

  EnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}
