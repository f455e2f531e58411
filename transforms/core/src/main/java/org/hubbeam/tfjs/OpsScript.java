// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.Set;

/** The script {@code hubbeam-ops.js}: operations that the runtime of TensorFlow.js lacks. */
public final class OpsScript {

  private OpsScript() {}

  /** The script. */
  public static String text() {
    return "";
  }

  /** The operations that it brings. */
  public static Set<String> operations() {
    return Set.of();
  }
}
