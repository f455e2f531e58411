// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.NodeModels;
import org.hubbeam.testing.OperationCases;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script's operations on texts give what TensorFlow gives: texts of all planes, and none. */
class OpsTextTest {

  private static final int[] POINTS =
      ("abcXYZ  \t\n,.;-_0123456789\u00e9\u00c9\u00df\u03a3\u03c3\u03c2\u0130\u0131\u01c5\u01c6"
              + "\u0301\u0308\u4e2d\u6587\uac00\u00a0\u2003\ufb01\ud83d\ude00\ud801\udc00")
          .codePoints()
          .toArray();

  private final Random random = new Random(18);
  private final OperationCases cases = new OperationCases(OpsScript.text());

  @BeforeEach
  void node() {
    NodeModels.folder();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(10);
    for (int i = 0; i < length; i++) {
      int point =
          random.nextInt(8) == 0 ? random.nextInt(0x110000) : POINTS[random.nextInt(POINTS.length)];
      if (point < 0xd800 || point >= 0xe000) {
        text.appendCodePoint(point);
      }
    }
    return text.toString();
  }

  private Array.Dense texts(int count) {
    String[] texts = new String[count];
    java.util.Arrays.setAll(texts, i -> text());
    return Array.Dense.vector(Values.of(texts));
  }

  private Array.Dense texts() {
    return texts(random.nextInt(4));
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
  void cases() {
    for (int i = 0; i < 1000; i++) {
      String encoding = of(List.of("", "utf-8"));
      cases.add("StringLower", Map.of("encoding", encoding), texts());
      cases.add("StringUpper", Map.of("encoding", encoding), texts());
      cases.add("StringStrip", Map.of(), texts());
    }
    cases.check(0);
  }

  @Test
  void splitAndJoined() {
    for (int i = 0; i < 1000; i++) {
      int most = random.nextInt(4) - 1;
      cases.add(
          "StringSplitV2",
          Map.of("maxsplit", most),
          texts(),
          scalar(of(List.of("", " ", "a", ",", "é", "ab"))));
      int count = random.nextInt(3);
      Array.Dense other = random.nextBoolean() ? texts(count) : scalar(text());
      cases.add(
          "StringJoin",
          Map.of("N", 2, "separator", of(List.of("", "A ", "é"))),
          texts(count),
          other);
      cases.add(
          "ReduceJoin",
          Map.of("separator", of(List.of("", "-")), "keep_dims", random.nextBoolean()),
          new Array.Dense(List.of(2L, 3L), texts(6).values()),
          Array.Dense.vector(
              Values.of(
                  of(List.of(new int[] {0}, new int[] {1}, new int[] {0, 1}, new int[] {-1})))));
    }
    cases.check(0);
  }

  @Test
  void lengthsAndParts() {
    for (int i = 0; i < 1000; i++) {
      String unit = of(List.of("BYTE", "UTF8_CHAR"));
      cases.add("StringLength", Map.of("unit", unit), texts());
      cases.add(
          "Substr",
          Map.of("unit", "UTF8_CHAR"),
          Array.Dense.vector(Values.of("xyz" + text(), "abc" + text())),
          scalar(random.nextInt(7) - 3),
          scalar(random.nextInt(5)));
      cases.add(
          "Substr",
          Map.of("unit", unit),
          Array.Dense.vector(Values.of("abc", "xyzz")),
          Array.Dense.vector(Values.of(new int[] {random.nextInt(3), random.nextInt(3)})),
          Array.Dense.vector(Values.of(new int[] {random.nextInt(3), random.nextInt(3)})));
    }
    cases.check(0);
  }

  @Test
  void codePoints() {
    for (int i = 0; i < 1000; i++) {
      Map<String, Object> decoding = new HashMap<>();
      decoding.put("input_encoding", "UTF-8");
      decoding.put("errors", of(List.of("replace", "ignore")));
      decoding.put("replacement_char", of(List.of(65533, 63)));
      decoding.put("replace_control_characters", random.nextBoolean());
      cases.add("UnicodeDecode", decoding, texts());
      cases.add("UnicodeDecodeWithOffsets", decoding, texts());
      int[] points = new int[random.nextInt(6)];
      java.util.Arrays.setAll(
          points,
          k ->
              random.nextInt(6) == 0
                  ? random.nextInt(0x120000)
                  : POINTS[random.nextInt(POINTS.length)]);
      cases.add(
          "UnicodeEncode",
          Map.of("output_encoding", "UTF-8", "Tsplits", DType.INT32),
          Array.Dense.vector(Values.of(points)),
          Array.Dense.vector(Values.of(new int[] {0, points.length / 2, points.length})));
      Map<String, Object> transcoding = new HashMap<>(decoding);
      transcoding.put("output_encoding", "UTF-8");
      cases.add("UnicodeTranscode", transcoding, texts());
    }
    cases.check(0);
  }

  @Test
  void hashesAndBytes() {
    for (int i = 0; i < 1000; i++) {
      cases.add(
          "StringToHashBucketStrong",
          Map.of(
              "num_buckets",
              1 + random.nextInt(1 << 30),
              "key",
              List.of(random.nextInt(), random.nextInt())),
          texts());
      cases.add("StringToHashBucket", Map.of("num_buckets", 1 + random.nextInt(1 << 30)), texts());
      cases.add(
          "StringToHashBucketFast", Map.of("num_buckets", 1 + random.nextInt(1 << 30)), texts());
      cases.add("EncodeBase64", Map.of("pad", random.nextBoolean()), texts());
      cases.add(
          "DecodeBase64",
          Map.of(),
          Array.Dense.vector(Values.of(of(List.of("", "YQ", "w6k", "w6k=", "4pyT", "YWJjZA")))));
    }
    cases.check(0);
  }

  @Test
  void numbers() {
    for (int i = 0; i < 1000; i++) {
      float[] floats = new float[4];
      for (int k = 0; k < 4; k++) {
        floats[k] =
            of(
                List.of(
                    0f,
                    -0f,
                    1f,
                    Float.NaN,
                    Float.POSITIVE_INFINITY,
                    (float) random.nextGaussian(),
                    (float) Math.exp(20 * random.nextGaussian())));
      }
      Map<String, Object> form = new HashMap<>();
      form.put("precision", of(List.of(-1, 0, 1, 3)));
      boolean plain = random.nextBoolean();
      form.put("scientific", !plain && random.nextBoolean());
      form.put("width", of(List.of(-1, 3, 12)));
      form.put("fill", of(List.of("", "0", " ")));
      cases.add("AsString", form, Array.Dense.vector(Values.of(floats)));
      cases.add(
          "AsString",
          Map.of("width", of(List.of(-1, 5)), "fill", of(List.of("", "0"))),
          Array.Dense.vector(Values.of(new int[] {random.nextInt(), random.nextInt(100) - 50, 0})));
      cases.add(
          "StringToNumber",
          Map.of("out_type", DType.FLOAT32),
          Array.Dense.vector(
              Values.of(
                  ("" + floats[3]).replace("Infinity", "inf"),
                  " " + random.nextInt(100) + " ",
                  "-1e-3",
                  "+.5")));
      cases.add(
          "StringToNumber",
          Map.of("out_type", DType.INT32),
          Array.Dense.vector(Values.of("" + random.nextInt(), " 7 ", "-0")));
    }
    cases.check(1e-6);
  }
}
