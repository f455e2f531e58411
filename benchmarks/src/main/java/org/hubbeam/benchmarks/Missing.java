// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

/** Something that a suite needs is missing; the message says what. */
final class Missing extends RuntimeException {
  private static final long serialVersionUID = 1;

  Missing(String message) {
    super(message);
  }
}
