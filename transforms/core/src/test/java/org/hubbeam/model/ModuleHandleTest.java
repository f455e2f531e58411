// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.hub.HubException;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules opened from handles. */
class ModuleHandleTest {

  @TempDir Path cache;

  @Test
  void aFolderIsAHandle() {
    try (Module module = Module.load(TestFiles.zoo("swivel20").toString())) {
      assertThat(module.function(FunctionChoice.ANY).outputs()).hasSize(1);
    }
  }

  @Test
  void anArchiveIsAHandle() {
    HubOptions hub = HubOptions.DEFAULT.withCacheFolder(cache.toString());
    String archive = TestFiles.zoo("archives").resolve("nnlm.tar.gz").toString();
    try (Module module = Module.load(archive, ModuleOptions.DEFAULT, hub)) {
      ModuleFunction function = module.function(FunctionChoice.ANY);
      String input = function.inputs().get(0).name();
      assertThat(
              function
                  .call(Map.<String, Array>of(input, Array.Dense.vector(Values.of("hello"))))
                  .values())
          .hasSize(1);
    }
    assertThatThrownBy(() -> Module.load(archive + "x", ModuleOptions.DEFAULT, hub))
        .isInstanceOf(HubException.class);
  }
}
