// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.model.Protos;
import org.hubbeam.model.TensorProtos;
import org.hubbeam.testing.NodeModels;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Integers of few bits wrap around in JavaScript as they do in TensorFlow. */
class NarrowingTest {

  private static final List<String> TYPES = List.of("uint8", "int8", "uint16", "int16");

  private static final List<String> BINARY =
      List.of("AddV2", "Sub", "Mul", "AddN", "Maximum", "BitwiseXor", "Less");

  private static GraphDef narrowed(OpCase given) {
    return Narrowing.of(new FrozenGraph(given.graph(), List.of(), List.of(), List.of())).graph();
  }

  private static String difference(String text) {
    OpCase given = OpCase.parse(text);
    Map<String, Array.Dense> fed = new LinkedHashMap<>(given.inputs());
    GraphDef.Builder graph = GraphDef.newBuilder();
    for (NodeDef node : narrowed(given).getNodeList()) {
      if (!node.getOp().equals("Const")) {
        graph.addNode(node);
        continue;
      }
      fed.put(node.getName(), TensorProtos.decode(node.getAttrOrThrow("value").getTensor()));
      graph.addNode(
          NodeDef.newBuilder()
              .setName(node.getName())
              .setOp("Placeholder")
              .putAttr("dtype", Protos.attr(node.getAttrOrThrow("dtype").getType())));
    }
    return OpCase.difference(
        given.byTensorFlow(),
        NodeModels.graph(OpsScript.text(), graph.build(), fed, given.outputs()),
        1e-5);
  }

  private static String integers(String values) {
    return "i[" + values.split(" ").length + "]=" + values;
  }

  private static List<String> cases() {
    List<String> cases = new ArrayList<>();
    String a = integers("-1 0 1 127 128 200 255 -128 32767 32768 65535 -32768 70000");
    String b = integers("3 5 -7 100 2 200 255 -128 30000 2 65535 -32768 9");
    for (String type : TYPES) {
      String both = "a = Cast(" + a + ") DstT=" + type + "; b = Cast(" + b + ") DstT=" + type;
      for (String op : BINARY) {
        cases.add(
            both
                + (op.equals("Less")
                    ? "; Less(a, b)"
                    : "; y = " + op + "(a, b); Cast(y) DstT=float32"));
      }
      for (String one : List.of("Sum(a, i[1]=0)", "Prod(a, i[1]=0)", "Cumsum(a, i[]=0)")) {
        cases.add(both + "; y = " + one + "; Cast(y) DstT=float32");
      }
      cases.add(both + "; y = Invert(a); Cast(y) DstT=float32");
      cases.add(both + "; Cast(a) DstT=int32");
      cases.add(both + "; Cast(a) DstT=int64");
      cases.add(
          "y = Cast(f[8]=-1.5 0.7 1.9 127.5 300.2 -3.99 255.9 40000.5) DstT="
              + type
              + "; Cast(y) DstT=float32");
      cases.add("y = Cast(b[2]=true false) DstT=" + type + "; Cast(y) DstT=float32");
    }
    for (String type : List.of("int8", "int16")) {
      String small = "a = Cast(i[4]=-128 -32768 5 -6) DstT=" + type + "; y = ";
      for (String op : List.of("Neg", "Abs", "Square")) {
        if (!(op.equals("Square") && type.equals("int16"))) {
          cases.add(small + op + "(a); Cast(y) DstT=float32");
        }
      }
    }
    return cases;
  }

  @Test
  void fewBitsWrapAround() {
    NodeModels.folder();
    List<String> wrong = new ArrayList<>();
    for (String text : cases()) {
      try {
        String difference = difference(text);
        if (!difference.isEmpty()) {
          wrong.add(text + ": " + difference);
        }
      } catch (RuntimeException e) {
        wrong.add(text + ": " + e.getMessage());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void castsBeyondInt32AreRefused() {
    for (String type : List.of("uint32", "uint64")) {
      for (String from : List.of("i[2]=-1 5", "f[2]=-1.5 5", "l[2]=-1 5")) {
        assertThatThrownBy(() -> narrowed(OpCase.parse("Cast(" + from + ") DstT=" + type)))
            .isInstanceOf(ConversionException.class)
            .hasMessageContaining("Cast (it) makes " + type);
      }
      assertThat(narrowed(OpCase.parse("Cast(b[2]=true false) DstT=" + type)).getNodeList())
          .isNotEmpty();
    }
  }

  @Test
  void bucketsBeyondInt32AreOnlyForTexts() {
    String hash = "h = StringToHashBucketFast(s[2]=a|b) num_buckets=1099511627776; ";
    assertThat(narrowed(OpCase.parse(hash + "r = Reshape(h, i[1]=2); AsString(r)")).getNodeList())
        .isNotEmpty();
    assertThatThrownBy(() -> narrowed(OpCase.parse(hash + "Cast(h) DstT=float32")))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining("1099511627776 buckets");
  }
}
