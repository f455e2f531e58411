// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.Protos;
import org.hubbeam.model.TensorFlowGraphs;
import org.hubbeam.testing.NodeModels;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Regular expressions, translated and run by JavaScript, do what RE2 does in TensorFlow. */
class RegexTranslationTest {

  private static final List<String> PATTERNS =
      List.of(
          "[[:punct:]]",
          "[^[:punct:]a-f]+",
          "\\pL+",
          "\\PL",
          "\\p{Greek}",
          "\\p{^Greek}+",
          "\\pN|x",
          "(?i)straße",
          "(?i)k",
          "(?i:ab)C",
          "a.c",
          "(?s)a.c",
          "(?m)^b",
          "(?m)c$",
          "^a",
          "c$",
          "\\Aa",
          "c\\z",
          "\\d+",
          "\\D",
          "\\s+",
          "\\S\\s",
          "\\w+",
          "\\W",
          "\\bab",
          "a\\Bb",
          "[]a]",
          "[^]a]",
          "[a\\-z]",
          "[\\d\\s]",
          "[[:^alpha:]]",
          "[[:word:]-]+",
          "(a)(b)?",
          "(?P<x>a+)b",
          "a{2}",
          "a{2,}",
          "a{1,2}?",
          "a{,2}",
          "x{",
          "a*",
          "b*?",
          "(?U)a+",
          "(?U)a+?",
          "\\x61",
          "\\x{1F600}",
          "\\Qa.c\\E",
          "\\141",
          "\\t|\\n",
          "[\\pL\\pN_]+",
          "\\.|\\$|\\/",
          "(|a)b",
          "a|b|",
          "(?:a|bc)+",
          "[^\\n]",
          "é",
          "😀",
          "[😀-😎]",
          "[[:space:]]",
          "[^\\w\\s]",
          "\\p{Lu}");

  private static final String ALPHABET =
      "abcABCxkK-_. ,;!?()[]{}$^*+/\\\"'0123\t\n\r\u000b\u00a0éÉßſKσςΣαΩжЖ中文😀😎𝐀x{,2}";

  private static Array.Dense texts(int count) {
    Random random = new Random(7);
    int[] points = ALPHABET.codePoints().toArray();
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(9);
      for (int j = 0; j < length; j++) {
        text.appendCodePoint(
            random.nextInt(3) == 0
                ? "abc".charAt(random.nextInt(3))
                : points[random.nextInt(points.length)]);
      }
      texts[i] = text.toString();
    }
    return Array.Dense.vector(Values.of(texts));
  }

  private static GraphDef graph() {
    GraphDef.Builder graph = GraphDef.newBuilder();
    graph
        .addNodeBuilder()
        .setName("x")
        .setOp("Placeholder")
        .putAttr("dtype", Protos.attr(DataType.DT_STRING))
        .putAttr("shape", Protos.attr(Shape.of(-1)));
    int number = 0;
    for (String pattern : PATTERNS) {
      graph.addNode(replace(number, pattern, "<\\0>", true));
      graph.addNode(replace(number + 1, pattern, "$1\\\\", false));
      graph
          .addNodeBuilder()
          .setName("n" + (number + 2))
          .setOp("StaticRegexFullMatch")
          .addInput("x")
          .putAttr("pattern", Protos.attr(pattern));
      number += 3;
    }
    return graph.build();
  }

  private static NodeDef replace(int number, String pattern, String rewrite, boolean global) {
    return NodeDef.newBuilder()
        .setName("n" + number)
        .setOp("StaticRegexReplace")
        .addInput("x")
        .putAttr("pattern", Protos.attr(pattern))
        .putAttr("rewrite", Protos.attr(rewrite))
        .putAttr("replace_global", Protos.attr(global))
        .build();
  }

  @Test
  void aThousandTextsAreTreatedAlike() {
    NodeModels.folder();
    GraphDef graph = graph();
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < 3 * PATTERNS.size(); i++) {
      outputs.add("n" + i + ":0");
    }
    Map<String, Array.Dense> inputs = Map.of("x", texts(1000));
    List<Array.Dense> wanted = TensorFlowGraphs.run(graph, inputs, outputs);
    GraphDef translated =
        RegexTranslation.of(new FrozenGraph(graph, List.of(), List.of(), List.of())).graph();
    List<Array> given = NodeModels.graph(OpsScript.text(), translated, inputs, outputs);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      for (int row = 0; row < 1000; row++) {
        String want = shown(wanted.get(i), row);
        String got = shown((Array.Dense) given.get(i), row);
        if (!want.equals(got)) {
          wrong.add(
              PATTERNS.get(i / 3)
                  + " ("
                  + i % 3
                  + ") on '"
                  + shown(inputs.get("x"), row)
                  + "': '"
                  + got
                  + "', not '"
                  + want
                  + "'");
          break;
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static String shown(Array.Dense array, int row) {
    return array.dtype() == DType.STRING
        ? ((Values.Strings) array.values()).text(row)
        : "" + ((Values.Numbers) array.values()).getLong(row);
  }

  @Test
  void whatHasNoCounterpartIsRefused() {
    for (String pattern :
        List.of(
            "\\C",
            "a**",
            "*a",
            "(a",
            "a)",
            "[a",
            "\\p{Klingon}",
            "a{1001}",
            "(?<=a)b",
            "\\1",
            "[z-a]")) {
      assertThatThrownBy(() -> Re2.translate(pattern))
          .as(pattern)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Re2.rewrite("\\2", 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
