// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.Protos;
import org.hubbeam.testing.NodeModels;
import org.hubbeam.testing.OperationCases;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.NodeDef;

/**
 * The script's operations on strings give what TensorFlow gives where bytes are not UTF-8, or begin
 * with a mark of byte order, and where integers are beyond int32; or they refuse.
 */
class OpsBytesTest {

  private final Random random = new Random(19);
  private final OperationCases cases = new OperationCases(OpsScript.text());

  @BeforeEach
  void node() {
    NodeModels.folder();
  }

  /** Beginnings, middles and letters of characters in any order; a third with a mark before. */
  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(7)];
    for (int i = 0; i < bytes.length; i++) {
      int from = random.nextInt(4);
      bytes[i] =
          (byte)
              (from == 0
                  ? random.nextInt(256)
                  : from == 1
                      ? 0xc0 + random.nextInt(64)
                      : from == 2 ? 0x80 + random.nextInt(64) : " aB\0".charAt(random.nextInt(4)));
    }
    if (bytes.length >= 3 && random.nextInt(3) == 0) {
      System.arraycopy("\ufeff".getBytes(StandardCharsets.UTF_8), 0, bytes, 0, 3);
    }
    return bytes;
  }

  private Array.Dense strings(int... dims) {
    List<Long> shape = new ArrayList<>();
    int size = 1;
    for (int dim : dims) {
      shape.add((long) dim);
      size *= dim;
    }
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      values.add(bytes());
    }
    return new Array.Dense(shape, Values.ofBytes(values));
  }

  private static Array.Dense scalar(String text) {
    return Array.Dense.scalar(Values.of(text));
  }

  private static Array.Dense scalar(int number) {
    return Array.Dense.scalar(Values.of(new int[] {number}));
  }

  private <T> T of(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  @Test
  void bytesThatAreNotUtf8() {
    for (int i = 0; i < 1000; i++) {
      int count = random.nextInt(4);
      cases.add("StringLower", Map.of("encoding", ""), strings(count));
      cases.add("StringUpper", Map.of("encoding", ""), strings(count));
      cases.add("StringStrip", Map.of(), strings(count));
      cases.add("StringSplitV2", Map.of(), strings(count), scalar(of(List.of("", "a", "B "))));
      cases.add("StringJoin", Map.of("N", 2, "separator", "A"), strings(count), strings());
      cases.add("ReduceJoin", Map.of("separator", "-"), strings(2, 3), scalar(random.nextInt(2)));
      cases.add("EncodeBase64", Map.of("pad", random.nextBoolean()), strings(count));
      cases.add("StringToHashBucketFast", Map.of("num_buckets", 1 << 30), strings(count));
      cases.add(
          "Substr",
          Map.of("unit", of(List.of("BYTE", "UTF8_CHAR"))),
          strings(count),
          scalar(0),
          scalar(random.nextInt(6)));
      cases.add("StringLength", Map.of("unit", "UTF8_CHAR"), strings(count));
    }
    cases.check(0);
  }

  @Test
  void codePointsOfWrongBytes() {
    for (int i = 0; i < 1000; i++) {
      Map<String, Object> how = new HashMap<>();
      how.put("errors", of(List.of("replace", "ignore")));
      how.put("replacement_char", of(List.of(65533, 63)));
      Map<String, Object> encoding = new HashMap<>(how);
      encoding.put("output_encoding", of(List.of("UTF-8", "UTF-16-BE", "UTF-32-BE")));
      encoding.put("Tsplits", DType.INT32);
      how.put("input_encoding", "UTF-8");
      how.put("replace_control_characters", random.nextBoolean());
      cases.add("UnicodeDecodeWithOffsets", how, strings(3));
      how.put("output_encoding", encoding.get("output_encoding"));
      cases.add("UnicodeTranscode", how, strings(3));
      int[] points = new int[5];
      for (int k = 0; k < points.length; k++) {
        points[k] =
            of(List.<Supplier<Integer>>of(
                    () -> 0xd7f0 + random.nextInt(0x820),
                    () -> 0xfdc0 + random.nextInt(0x40),
                    () -> (random.nextInt(0x12) << 16) + 0xfff0 + random.nextInt(16),
                    () -> random.nextInt(0x200) - 0x10))
                .get();
      }
      cases.add(
          "UnicodeEncode",
          encoding,
          Array.Dense.vector(Values.of(points)),
          Array.Dense.vector(Values.of(new int[] {0, 2, 2, 5})));
    }
    cases.check(0);
  }

  @Test
  void wholeNumbersOfTextsBeyondInt32() {
    for (int i = 0; i < 300; i++) {
      String text = of(List.of("abc", "d", "\ufeffe")) + random.nextInt(1000);
      String hash = of(List.of("Strong", "Fast", ""));
      Map<String, Object> buckets = new HashMap<>();
      buckets.put("num_buckets", 1 + (random.nextLong() >>> 1 + random.nextInt(60)));
      if (hash.equals("Strong")) {
        buckets.put("key", List.of(random.nextLong(), random.nextLong()));
      }
      hashed("bucket" + i, "StringToHashBucket" + hash, buckets, text);
      hashed(
          "number" + i,
          "StringToNumber",
          Map.of("out_type", DType.INT64),
          " " + (random.nextLong() >> random.nextInt(60)) + " ");
    }
    cases.check(0);
  }

  private void hashed(String name, String operation, Map<String, ?> attributes, String text) {
    Array.Dense given = Array.Dense.vector(Values.of(text, "1"));
    Array.Dense wide = Array.Dense.vector(Values.of(new long[] {0, 0}));
    String input = cases.input(name + "/input", given);
    String number = cases.node(name, operation, attributes, List.of(input), given);
    String same = cases.node(name + "/same", "Identity", Map.of(), List.of(number), wide);
    cases.output(cases.node(name + "/text", "AsString", Map.of(), List.of(same), wide) + ":0");
  }

  @Test
  void wholeNumbersBeyondInt32ThatAreNoTexts() {
    NodeDef node =
        NodeDef.newBuilder()
            .setName("hash")
            .setOp("StringToHashBucketFast")
            .putAttr("num_buckets", Protos.attr(1L << 40))
            .build();
    assertThatThrownBy(
            () ->
                NodeModels.op(
                    OpsScript.text(), node, List.of(Array.Dense.vector(Values.of("abc")))))
        .hasMessageContaining("which the int32 of JavaScript cannot hold");
  }

  @Test
  void whatTensorFlowRefuses() {
    Array.Dense wrong = Array.Dense.vector(Values.ofBytes(List.of(new byte[] {'a', (byte) 0xff})));
    Array.Dense two = Array.Dense.vector(Values.of("a", "b"));
    Array.Dense points = Array.Dense.vector(Values.of(new int[] {97, 98}));
    Map<String, Object> encoding =
        Map.of("output_encoding", "UTF-8", "Tsplits", DType.INT32, "errors", "strict");
    refused(
        "Invalid formatting",
        "UnicodeDecode",
        Map.of("input_encoding", "UTF-8", "errors", "strict"),
        wrong);
    refused(
        "Invalid formatting",
        "UnicodeTranscode",
        Map.of("input_encoding", "UTF-8", "output_encoding", "UTF-8", "errors", "strict"),
        wrong);
    refused(
        "Last value",
        "UnicodeEncode",
        encoding,
        points,
        Array.Dense.vector(Values.of(new int[] {0, 1})));
    refused(
        "ascending",
        "UnicodeEncode",
        encoding,
        points,
        Array.Dense.vector(Values.of(new int[] {0, 3, 2})));
    refused(
        "First value",
        "UnicodeEncode",
        encoding,
        points,
        Array.Dense.vector(Values.of(new int[] {1, 2})));
    refused("do not match", "StringJoin", Map.of("N", 2), two, Array.Dense.vector(Values.of("a")));
    for (String text : List.of("+5", "1e3", "2147483648", "-2147483649", "")) {
      refused(
          "could not",
          "StringToNumber",
          Map.of("out_type", DType.INT32),
          Array.Dense.vector(Values.of(text)));
    }
    refused(
        "could not",
        "StringToNumber",
        Map.of("out_type", DType.INT64),
        Array.Dense.vector(Values.of("9223372036854775808")));
  }

  private static void refused(
      String message, String operation, Map<String, ?> attributes, Array.Dense... given) {
    assertThat(OperationCases.refused(OpsScript.text(), operation, attributes, given))
        .contains(message);
  }

  @Test
  void encodingsThatAreNotThere() {
    for (String encoding : List.of("UTF-8", "utf8", "UTF-16-BE", "latin1")) {
      NodeDef node =
          NodeDef.newBuilder()
              .setOp("UnicodeDecode")
              .putAttr("input_encoding", Protos.attr(encoding))
              .build();
      assertThat(OpSupport.of(node).where())
          .isEqualTo(
              encoding.toLowerCase(Locale.ROOT).contains("8")
                  ? OpSupport.Where.SCRIPT
                  : OpSupport.Where.NONE);
    }
  }
}
