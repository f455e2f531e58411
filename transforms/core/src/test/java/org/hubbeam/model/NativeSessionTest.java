// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException.Kind;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;

/** What TensorFlow says of a call becomes what a caller can do about it. */
class NativeSessionTest {

  @Test
  void sessionsKeepTheirResourcesApart() {
    GraphNodes first = new GraphNodes();
    String mine = first.variable("v", DataType.DT_FLOAT, Shape.of());
    String one = first.constant("one", Protos.tensor(Array.Dense.scalar(Values.of(1f))));
    String assign = first.assign("assign", mine, one, DataType.DT_FLOAT);
    GraphNodes second = new GraphNodes();
    String other = second.variable("v", DataType.DT_FLOAT, Shape.of());
    String read = second.read("read", List.of(other), DataType.DT_FLOAT);
    try (NativeSession writer = new NativeSession(ConfigProto.getDefaultInstance());
        NativeSession reader = new NativeSession(ConfigProto.getDefaultInstance())) {
      writer.extend(first.graph().build());
      writer.call(List.of(), List.of(), List.of(assign)).run(List.of());
      reader.extend(second.graph().build());
      NativeSession.Call call = reader.call(List.of(), List.of(read + ":0"), List.of());
      assertThatThrownBy(() -> call.run(List.of()))
          .isInstanceOf(ModuleException.class)
          .hasMessageContaining("v");
    }
  }

  @Test
  void anOpWithoutKernelIsTheModulesFaultAndNotTheRows() {
    GraphNodes nodes = new GraphNodes();
    String x = nodes.placeholder("x", DataType.DT_FLOAT, Shape.UNKNOWN);
    Map<String, org.tensorflow.proto.AttrValue> type =
        Map.of("dtype", Protos.attr(DataType.DT_FLOAT));
    String op = nodes.node("out", "OutfeedEnqueue", List.of(x), type);
    try (NativeSession session = new NativeSession(ConfigProto.getDefaultInstance())) {
      session.extend(nodes.graph().build());
      NativeSession.Call call = session.call(List.of("x:0"), List.of(), List.of(op));
      ModuleException e =
          catchThrowableOfType(
              ModuleException.class, () -> call.run(List.of(Array.Dense.scalar(Values.of(1f)))));
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.NOT_LOADABLE);
      assertThat(e).hasMessageContaining("OutfeedEnqueue");
    }
  }
}
