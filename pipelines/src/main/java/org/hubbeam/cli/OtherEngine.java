// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

/**
 * A runner on the class path of which the programs know nothing else.
 *
 * @param runnerClass its class, or the name that Beam finds it by
 */
record OtherEngine(String runnerClass) implements Engine {

  @Override
  public String name() {
    return runner();
  }
}
