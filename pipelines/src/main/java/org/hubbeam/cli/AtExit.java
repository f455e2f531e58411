// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

/**
 * Something to be done if the process ends before it is forgotten.
 *
 * @param thread does it
 */
record AtExit(Thread thread) {

  static AtExit run(Runnable work) {
    Thread thread = new Thread(work);
    Runtime.getRuntime().addShutdownHook(thread);
    return new AtExit(thread);
  }

  /** It is not to be done any more; nothing happens if the process ends already. */
  void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // The process ends already.
    }
  }
}
