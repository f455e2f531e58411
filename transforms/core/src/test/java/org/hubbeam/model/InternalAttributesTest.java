// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.hubbeam.model.fixtures.Graphs;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/** Notes that TensorFlow passes to itself are not taken from modules. */
class InternalAttributesTest {

  private static final AttrValue ALLOCATOR =
      AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder().addI(0).addI(5)).build();
  private static final AttrValue ON = AttrValue.newBuilder().setB(true).build();

  /** With it, TensorFlow ends the process: "Failed to find instance 5 in container 1". */
  @Test
  void anAllocatorIsNotTakenFromAModule() {
    MetaGraphDef.Builder meta = Graphs.echo();
    meta.getGraphDefBuilder().getNodeBuilder(1).putAttr("_scoped_allocator", ALLOCATOR);

    NodeDef node = InternalAttributes.known(meta.build()).getGraphDef().getNode(1);

    assertThat(node).isEqualTo(Graphs.echo().getGraphDef().getNode(1));
  }

  @Test
  void norFromAFunctionItsNodesAndItsArguments() {
    FunctionDef.Builder function =
        FunctionDef.newBuilder()
            .putAttr("_tf_data_function", ON)
            .putAttr("_noinline", ON)
            .putArgAttr(
                0,
                FunctionDef.ArgAttrs.newBuilder()
                    .putAttr("_scoped_allocator", ALLOCATOR)
                    .putAttr("_user_specified_name", ON)
                    .build())
            .addNodeDef(
                NodeDef.newBuilder()
                    .putAttr("_scoped_allocator", ALLOCATOR)
                    .putAttr("T", ON)
                    .putAttr("_XlaMustCompile", ON));
    MetaGraphDef.Builder meta = Graphs.echo();
    meta.getGraphDefBuilder().getLibraryBuilder().addFunction(function);

    FunctionDef known =
        InternalAttributes.known(meta.build()).getGraphDef().getLibrary().getFunction(0);

    assertThat(known.getAttrMap()).isEqualTo(Map.of("_noinline", ON));
    assertThat(known.getArgAttrOrThrow(0).getAttrMap())
        .isEqualTo(Map.of("_user_specified_name", ON));
    assertThat(known.getNodeDef(0).getAttrMap().keySet())
        .as("what is refused stays, so that it is refused")
        .isEqualTo(Set.of("T", "_XlaMustCompile"));
  }

  @Test
  void aModuleWithoutThemIsAsItWas() {
    MetaGraphDef meta = Graphs.echo().build();
    assertThat(InternalAttributes.known(meta)).isSameAs(meta);
  }
}
