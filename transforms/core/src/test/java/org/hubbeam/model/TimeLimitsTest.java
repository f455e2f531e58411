// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException.Kind;
import org.hubbeam.model.ModuleOptions.Timeouts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** What takes too long is ended, or left alone, and never waited for. */
class TimeLimitsTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Map<String, AttrValue> FLOATS =
      Map.of("component_types", Protos.types(List.of(DataType.DT_FLOAT)));

  private static NativeSession session(@Nullable Duration call, Duration load, Duration grace) {
    return new NativeSession(
        ConfigProto.getDefaultInstance(), new TimeLimits(new Timeouts(call, load), grace));
  }

  /** A graph that gives its input, and one that waits for what nobody puts into a queue. */
  private static GraphNodes waiting() {
    GraphNodes nodes = new GraphNodes();
    String x = nodes.placeholder("x", DataType.DT_FLOAT, Shape.UNKNOWN);
    nodes.node("y", "Identity", List.of(x), Map.of("T", Protos.attr(DataType.DT_FLOAT)));
    String queue = nodes.node("queue", "FIFOQueueV2", List.of(), FLOATS);
    nodes.node("wait", "QueueDequeueV2", List.of(queue), FLOATS);
    return nodes;
  }

  private static Array.Dense number(float value) {
    return Array.Dense.scalar(Values.of(value));
  }

  private static Throwable refusal(NativeSession.Call call, Kind kind, Array.Dense... inputs) {
    ModuleException e =
        catchThrowableOfType(ModuleException.class, () -> call.run(List.of(inputs)));
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    return e;
  }

  @Test
  void aLateCallIsRefusedAndTheNextOnesGoOn() {
    try (NativeSession session = session(Duration.ofMillis(50), LONG, LONG)) {
      session.extend(waiting().graph().build());
      session.loaded();
      NativeSession.Call wait = session.call(List.of(), List.of("wait:0"), List.of());
      NativeSession.Call give = session.call(List.of("x:0"), List.of("y:0"), List.of());
      for (int i = 0; i < 3; i++) {
        assertThat(refusal(wait, Kind.REFUSED))
            .hasMessage("the call timed out after 0.05 s (--callTimeout)");
        assertThat(give.run(List.of(number(3)))).containsExactly(number(3));
      }
    }
  }

  @Test
  void manyLateCallsInARowEndTheUseOfTheModule() {
    try (NativeSession session = session(Duration.ofMillis(1), LONG, LONG)) {
      session.extend(waiting().graph().build());
      session.loaded();
      NativeSession.Call wait = session.call(List.of(), List.of("wait:0"), List.of());
      NativeSession.Call give = session.call(List.of("x:0"), List.of("y:0"), List.of());
      for (int i = 1; i < TimeLimits.MOST_LATE; i++) {
        refusal(wait, Kind.REFUSED);
      }
      String reason =
          "the call timed out after 0.001 s (--callTimeout), as did the 99 calls before it;"
              + " the module is called no more in this process. With --isolate, only the rows fail";
      assertThat(refusal(wait, Kind.UNUSABLE)).hasMessage(reason);
      assertThat(refusal(give, Kind.UNUSABLE, number(3))).hasMessage(reason);
    }
  }

  @Test
  void aCallThatCannotBeStoppedIsLeftAlone() {
    try (NativeSession session = session(Duration.ofMillis(20), LONG, Duration.ofMillis(20))) {
      GraphNodes nodes = new GraphNodes();
      String x = nodes.placeholder("x", DataType.DT_DOUBLE, Shape.UNKNOWN);
      nodes.node("svd", "Svd", List.of(x), Map.of("T", Protos.attr(DataType.DT_DOUBLE)));
      session.extend(nodes.graph().build());
      session.loaded();
      NativeSession.Call svd = session.call(List.of("x:0"), List.of("svd:0"), List.of());
      String reason =
          "a call goes on after --callTimeout, for 0.04 s by now, and cannot be stopped; the module"
              + " is called no more in this process. With --isolate, only the rows fail";
      assertThat(refusal(svd, Kind.UNUSABLE, matrix(900))).hasMessage(reason);
      assertThat(refusal(svd, Kind.UNUSABLE, matrix(2))).hasMessage(reason);
      assertThatThrownBy(() -> session.extend(waiting().graph().build())).hasMessage(reason);
    }
  }

  private static Array.Dense matrix(int size) {
    Random random = new Random(1);
    double[] values = random.doubles((long) size * size).toArray();
    java.nio.ByteBuffer bytes =
        java.nio.ByteBuffer.allocate(values.length * Double.BYTES)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return new Array.Dense(
        List.of((long) size, (long) size), new Values.Numbers(DType.FLOAT64, bytes.array()));
  }

  @Test
  void anInitialiserThatWaitsForEverIsEndedByTheLimitOfLoading(@TempDir Path folder)
      throws Exception {
    TensorInfo.Builder tensor = TensorInfo.newBuilder().setDtype(DataType.DT_FLOAT);
    MetaGraphDef.Builder graph =
        MetaGraphDef.newBuilder()
            .setGraphDef(waiting().graph())
            .putSignatureDef(
                "serving_default",
                SignatureDef.newBuilder()
                    .putInputs("x", tensor.setName("x:0").build())
                    .putOutputs("y", tensor.setName("y:0").build())
                    .build())
            .putCollectionDef(
                "saved_model_main_op",
                CollectionDef.newBuilder()
                    .setNodeList(CollectionDef.NodeList.newBuilder().addValue("wait"))
                    .build());
    graph.getMetaInfoDefBuilder().addTags("serve");
    Files.write(
        folder.resolve("saved_model.pb"),
        SavedModel.newBuilder().addMetaGraphs(graph).build().toByteArray());
    ModuleOptions options =
        ModuleOptions.DEFAULT
            .withOrigin(ModuleOptions.Origin.LOCAL)
            .withLoadTimeout(Duration.ofSeconds(1));
    assertThatThrownBy(() -> Module.load(folder, options))
        .isInstanceOfSatisfying(
            ModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_LOADABLE))
        .hasMessage(
            "the module in "
                + folder
                + " cannot be loaded: loading takes longer than 1 s, its time limit; allow more"
                + " with --loadTimeout");
  }

  @Test
  void aSessionThatIsClosedWhileItRunsIsGivenBackLater() throws Exception {
    NativeSession session = session(Duration.ofMillis(300), LONG, LONG);
    session.extend(waiting().graph().build());
    session.loaded();
    NativeSession.Call wait = session.call(List.of(), List.of("wait:0"), List.of());
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Thread caller = new Thread(() -> seen.set(catchThrowable(() -> wait.run(List.of()))));
    caller.start();
    session.close();
    session.close();
    caller.join();
    assertThat(seen.get().getMessage()).containsAnyOf("timed out", "closed", "cancelled");
    assertThatThrownBy(() -> wait.run(List.of())).hasMessage("the module is closed");
  }

  @Test
  void timesHaveBounds() {
    assertThatThrownBy(() -> new Timeouts(Duration.ZERO, LONG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a call may take from a millisecond to 10,000 days");
    assertThatThrownBy(() -> new Timeouts(null, Duration.ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("loading may take from a millisecond to 10,000 days");
  }
}
