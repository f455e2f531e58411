// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/** Strings go into TensorFlow's memory and come back, and what keeps them keeps them whole. */
class NativeTensorsTest {

  @Test
  void stringsOfEveryLengthComeBack() {
    List<byte[]> texts = new ArrayList<>();
    for (int length = 0; length <= 64; length++) {
      texts.add(bytes(length, length));
    }
    texts.add(bytes(255, 1));
    texts.add(bytes(256, 2));
    texts.add(bytes(1 << 20, 3));
    Array.Dense strings = Array.Dense.vector(Values.ofBytes(texts));
    try (NativeSession session = identity()) {
      NativeSession.Call call = session.call(List.of("in:0"), List.of("out:0"), List.of());
      assertThat(call.run(List.of(strings))).containsExactly(strings);
      for (byte[] text : texts) {
        Array.Dense one = Array.Dense.scalar(Values.ofBytes(List.of(text)));
        assertThat(call.run(List.of(one))).containsExactly(one);
      }
    }
  }

  @Test
  void arraysWithoutValuesComeBack() {
    try (NativeSession session = identity()) {
      NativeSession.Call call = session.call(List.of("in:0"), List.of("out:0"), List.of());
      for (List<Long> dims : List.of(List.of(0L), List.of(0L, 3L), List.of(2L, 0L))) {
        Array.Dense none = new Array.Dense(dims, Values.ofBytes(List.of()));
        assertThat(call.run(List.of(none))).containsExactly(none);
      }
    }
  }

  @Test
  void threadsDoNotMixTheirStrings() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (NativeSession session = identity()) {
      NativeSession.Call call = session.call(List.of("in:0"), List.of("out:0"), List.of());
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int task = 0; task < 64; task++) {
        int seed = task;
        tasks.add(
            () -> {
              boolean same = true;
              for (int i = 0; i < 50; i++) {
                List<byte[]> texts = new ArrayList<>();
                for (int row = 0; row < 20; row++) {
                  texts.add(bytes(row * 7, seed * 1000 + i));
                }
                Array.Dense strings = Array.Dense.vector(Values.ofBytes(texts));
                same &= call.run(List.of(strings)).equals(List.of(strings));
              }
              return same;
            });
      }
      for (Future<Boolean> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aVariableKeepsItsStrings() {
    try (NativeSession session = session(NativeTensorsTest::variable)) {
      NativeSession.Call assign = session.call(List.of("in:0"), List.of(), List.of("assign"));
      NativeSession.Call read = session.call(List.of(), List.of("read:0"), List.of());
      Array.Dense kept = strings(1);
      assign.run(List.of(kept));
      NativeSession.Call fails = session.call(List.of("in:0"), List.of("number:0"), List.of());
      for (int i = 2; i < 200; i++) {
        assertThatThrownBy(() -> fails.run(List.of(strings(7))))
            .isInstanceOf(ModuleException.class);
        assertThat(read.run(List.of())).containsExactly(kept);
      }
      for (int i = 0; i < 100; i++) {
        kept = strings(i);
        assign.run(List.of(kept));
        assertThat(read.run(List.of())).containsExactly(kept);
      }
    }
  }

  @Test
  void aTableKeepsItsStrings() {
    try (NativeSession session = session(NativeTensorsTest::table)) {
      NativeSession.Call insert =
          session.call(List.of("in:0", "values:0"), List.of(), List.of("insert"));
      NativeSession.Call find = session.call(List.of("in:0"), List.of("find:0"), List.of());
      for (int i = 0; i < 100; i++) {
        insert.run(List.of(strings(i), numbers(i)));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(find.run(List.of(strings(i)))).containsExactly(numbers(i));
      }
    }
  }

  @Test
  void aCallThatCannotBePreparedIsNoRefusalOfValues() {
    try (NativeSession session = identity()) {
      GraphDef.Builder more = GraphDef.newBuilder();
      more.addNodeBuilder().setName("bad").setOp("MatMul").addInput("in").addInput("in");
      ModuleException unbuilt =
          catchThrowableOfType(ModuleException.class, () -> session.extend(more.build()));
      assertThat(unbuilt.kind()).isEqualTo(ModuleException.Kind.NOT_LOADABLE);
      assertThat(session.has("bad")).isFalse();
      ModuleException unknown =
          catchThrowableOfType(
              ModuleException.class,
              () -> session.call(List.of("in:0"), List.of("nowhere:0"), List.of()));
      assertThat(unknown.kind()).isEqualTo(ModuleException.Kind.NOT_LOADABLE);
      assertThat(unknown).hasMessageContaining("nowhere");
    }
  }

  @Test
  void whatIsFedCanBeFetchedAlone() {
    try (NativeSession session = identity()) {
      assertThat(session.call(List.of("in:0"), List.of("in:0"), List.of()).run(List.of(strings(3))))
          .containsExactly(strings(3));
    }
  }

  /** Distinct strings, below and above the length that TensorFlow keeps in place. */
  private static Array.Dense strings(int seed) {
    List<byte[]> texts = new ArrayList<>();
    for (int length : new int[] {0, 5, 22, 23, 24, 100, 5000}) {
      byte[] head = (seed + "/" + length + "/").getBytes(StandardCharsets.US_ASCII);
      byte[] text = bytes(Math.max(length, head.length), seed);
      System.arraycopy(head, 0, text, 0, head.length);
      texts.add(text);
    }
    return Array.Dense.vector(Values.ofBytes(texts));
  }

  /** A number for each of the strings of a seed. */
  private static Array.Dense numbers(int seed) {
    return Array.Dense.vector(Values.of(LongStream.range(7L * seed, 7L * seed + 7).toArray()));
  }

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static NativeSession identity() {
    return session(tf -> tf.withName("out").identity(tf.withName("in").placeholder(TString.class)));
  }

  private static void variable(Ops tf) {
    var in = tf.withName("in").placeholder(TString.class);
    var handle =
        tf.withName("handle").varHandleOp(TString.class, org.tensorflow.ndarray.Shape.of(-1));
    tf.withName("assign").assignVariableOp(handle, in);
    tf.withName("read").readVariableOp(handle, TString.class);
    tf.withName("number").strings.toNumber(in);
  }

  private static void table(Ops tf) {
    var in = tf.withName("in").placeholder(TString.class);
    var values = tf.withName("values").placeholder(TInt64.class);
    var table = tf.withName("table").mutableHashTable(TString.class, TInt64.class);
    tf.withName("insert").lookupTableInsert(table, in, values);
    tf.withName("find").lookupTableFind(table, in, tf.constant(-1L));
  }

  private static NativeSession session(Consumer<Ops> nodes) {
    try (Graph graph = new Graph()) {
      nodes.accept(Ops.create(graph));
      NativeSession session = new NativeSession(ConfigProto.getDefaultInstance());
      session.extend(graph.toGraphDef());
      return session;
    }
  }
}
