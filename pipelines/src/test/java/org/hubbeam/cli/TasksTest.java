// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.hubbeam.hub.Hub;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.ModuleOptions;
import org.junit.jupiter.api.Test;

/** The threads of a call are those that other calls at the same time leave it. */
class TasksTest {

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private static int tasks(String runner, String... given) {
    return Engines.options(runner, List.of(given), name -> List.of())
        .as(LocalTasks.class)
        .getLocalTasks();
  }

  private static int threads(int intraOp, int tasks) {
    ModuleOptions.Devices devices = ModuleOptions.Devices.DEFAULT.withIntraOp(intraOp);
    ModuleSpec spec =
        ModuleSpec.of("module").withOptions(ModuleOptions.DEFAULT.withDevices(devices));
    Hub.Resolved resolved = new Hub.Resolved("module", Path.of("module"), "", false);
    return ModuleCalls.of(List.of(new ModuleCalls.Link(resolved, spec)))
        .withTasks(tasks)
        .first()
        .loading()
        .options()
        .devices()
        .intraOp();
  }

  @Test
  void enginesOfThisProcessAreKnown() {
    assertThat(tasks("direct")).isEqualTo(CORES);
  }

  @Test
  void tasksShareTheCores() {
    assertThat(threads(0, CORES)).isEqualTo(CORES > 1 ? 1 : 0);
    assertThat(threads(0, 2 * CORES)).isEqualTo(1);
  }

  @Test
  void oneTaskAloneHasAllCores() {
    assertThat(threads(0, 1)).isZero();
    assertThat(threads(0, 0)).isZero();
  }

  @Test
  void whatWasAskedForStays() {
    assertThat(threads(3, CORES)).isEqualTo(3);
  }
}
