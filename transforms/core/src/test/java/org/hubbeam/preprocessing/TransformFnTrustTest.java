// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.fixtures.Graphs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.MetaGraphDef;

/** A transform output that was fetched is a module from elsewhere like any other. */
class TransformFnTrustTest {

  @Test
  void oneFromElsewhereComputesOnly(@TempDir Path work) {
    MetaGraphDef.Builder meta = Graphs.echo();
    meta.getGraphDefBuilder().addNode(Graphs.node("read", "ReadFile", List.of("x")));
    Graphs.write(work.resolve("transform_fn"), meta, Map.of());

    assertThatThrownBy(() -> TransformFn.load(work, ModuleOptions.DEFAULT))
        .isInstanceOf(ModuleException.class)
        .hasMessageEndingWith("--allowOps=ReadFile");
  }
}
