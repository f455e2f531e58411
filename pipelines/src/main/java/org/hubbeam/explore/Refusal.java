// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

/** A request is not answered with what it asks for. The message is for users. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  /** Of an HTTP status from 400 on. */
  Refusal(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
