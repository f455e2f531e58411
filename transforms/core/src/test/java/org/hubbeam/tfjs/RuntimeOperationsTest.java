// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hubbeam.batch.Array;
import org.hubbeam.testing.NodeModels;
import org.junit.jupiter.api.Test;

/**
 * What the runtime runs, found by running it: every line of {@code operation-cases.txt} is run by
 * TensorFlow and by the runtime, and has the verdict that it gets.
 */
class RuntimeOperationsTest {

  /** Control flow, state, chance and lists, which a node alone does not show. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "Const",
          "Placeholder",
          "Enter",
          "Exit",
          "LoopCond",
          "NextIteration",
          "Merge",
          "Switch",
          "If",
          "StatelessIf",
          "While",
          "StatelessWhile",
          "HashTable",
          "HashTableV2",
          "InitializeTable",
          "InitializeTableV2",
          "LookupTableFind",
          "LookupTableFindV2",
          "LookupTableImport",
          "LookupTableImportV2",
          "LookupTableSize",
          "LookupTableSizeV2",
          "Multinomial",
          "RandomUniform",
          "RandomUniformInt",
          "RandomStandardNormal",
          "TruncatedNormal",
          "NoOp",
          "Print",
          "_FusedConv2D",
          "FusedDepthwiseConv2dNative",
          "FusedBatchNorm",
          "FusedBatchNormV2",
          "FusedBatchNormV3",
          "SpaceToBatchND",
          "BatchToSpaceND",
          "NonMaxSuppressionV5",
          "TensorArrayCloseV3",
          "TensorArrayConcatV3",
          "TensorArraySplitV3",
          "TensorListConcat",
          "TensorListConcatV2",
          "TensorListPopBack",
          "TensorListSplit");

  private record Case(String verdict, String text) {}

  private static List<Case> cases() throws IOException {
    try (InputStream in = RuntimeOperationsTest.class.getResourceAsStream("operation-cases.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(l -> l.split("\t", 2))
          .map(p -> new Case(p[0], p[1]))
          .toList();
    }
  }

  private static String verdict(OpCase operation) {
    List<Array.Dense> wanted = operation.byTensorFlow();
    try {
      return OpCase.difference(wanted, operation.byRuntime(""), 1e-5).isEmpty()
          ? "EQUAL"
          : "DIFFERS";
    } catch (NodeModels.NodeException e) {
      return "FAILS";
    }
  }

  @Test
  void everyOperationHasItsVerdict() throws IOException {
    NodeModels.folder();
    List<String> wrong = new ArrayList<>();
    for (Case given : cases()) {
      String verdict = verdict(OpCase.parse(given.text()));
      if (!verdict.equals(given.verdict())) {
        wrong.add(given + " is " + verdict);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void whatTheRuntimeHasIsInTheTable() throws IOException {
    Set<String> equal = new HashSet<>();
    for (Case given : cases()) {
      if (given.verdict().equals("EQUAL")) {
        OpCase.parse(given.text()).graph().getNodeList().forEach(n -> equal.add(n.getOp()));
      }
    }
    Set<String> told = new TreeSet<>(OpSupport.runtime());
    told.removeAll(equal);
    told.removeAll(ELSEWHERE);
    assertThat(told).isEmpty();
  }

  @Test
  void whatTheRuntimeGetsWrongIsKnown() throws IOException {
    List<String> unknown = new ArrayList<>();
    for (Case given : cases()) {
      if (!given.verdict().equals("EQUAL")
          && !given.text().matches(".*\\[0[],].*|.*,0\\].*|.*nan.*|.*inf.*")) {
        OpCase operation = OpCase.parse(given.text());
        if (OpSupport.of(operation.node()).where() == OpSupport.Where.RUNTIME) {
          unknown.add(given.toString());
        }
      }
    }
    assertThat(unknown).hasSizeLessThan(45);
  }

  @Test
  void attributesThatTheRuntimeIgnoresAreRefused() {
    for (String operation :
        List.of(
            "NonMaxSuppressionV4(f[2,4], f[2], i[]=6, f[]=0.5, f[]=0) pad_to_max_output_size=true",
            "StringNGrams(s[2]=a|b, i[2]=0 2) separator=XY ngram_widths=[2] left_pad= right_pad="
                + " pad_width=0 preserve_short_sequences=false")) {
      assertThat(OpSupport.of(OpCase.parse(operation).node()).where())
          .as(operation)
          .isEqualTo(OpSupport.Where.NONE);
    }
  }
}
