// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

/** Beam's direct runner, in this process; its checks for mutated elements are off by default. */
final class DirectEngine implements Engine {

  @Override
  public String name() {
    return "direct";
  }

  @Override
  public String runnerClass() {
    return "org.apache.beam.runners.direct.DirectRunner";
  }

  @Override
  public void addDefaults(EngineArguments arguments) {
    arguments.add("enforceImmutability", "false");
    arguments.add("enforceEncodability", "false");
  }

  @Override
  public int localTasks(EngineArguments arguments) {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public RunState stateWithoutLauncher(RunRecord.EngineJob job) {
    return RunState.ENDED;
  }

  @Override
  public boolean isStepByStep() {
    return true;
  }
}
