// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.OperationCases;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;

/** The operations of {@code ops-examples.js} against TensorFlow's. */
class OpsExamplesTest {
  private final RandomArrays random = new RandomArrays(22);
  private final OperationCases cases = new OperationCases(OpsScript.text());

  private Feature floats(int size) {
    FloatList.Builder list = FloatList.newBuilder();
    for (int i = 0; i < size; i++) {
      list.addValue(random.random.nextFloat());
    }
    return Feature.newBuilder().setFloatList(list).build();
  }

  private Feature whole(int size) {
    Int64List.Builder list = Int64List.newBuilder();
    for (int i = 0; i < size; i++) {
      list.addValue(random.random.nextInt());
    }
    return Feature.newBuilder().setInt64List(list).build();
  }

  private Feature texts(int size) {
    BytesList.Builder list = BytesList.newBuilder();
    for (int i = 0; i < size; i++) {
      list.addValue(ByteString.copyFrom(new byte[] {(byte) random.below(256), -1}));
    }
    return Feature.newBuilder().setBytesList(list).build();
  }

  private Example example() {
    Map<String, Feature> features = new LinkedHashMap<>();
    features.put("words", texts(random.below(3)));
    features.put("pair", floats(2));
    features.put("many", whole(random.below(3)));
    features.put("list", floats(random.below(4)));
    features.put("bag", floats(random.below(3)));
    features.put("other", texts(1));
    features.keySet().removeIf(name -> random.below(4) == 0);
    features.put("one", whole(1));
    return Example.newBuilder().setFeatures(Features.newBuilder().putAllFeature(features)).build();
  }

  private Array.Dense serialized(List<Long> dims, int size) {
    List<byte[]> bytes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      bytes.add(example().toByteArray());
    }
    return new Array.Dense(dims, Values.ofBytes(bytes));
  }

  private static Array.Dense keys(String... names) {
    return Array.Dense.vector(Values.of(names));
  }

  @Test
  void featuresAreParsed() {
    for (int i = 0; i < 1000; i++) {
      int rows = random.below(4);
      boolean single = random.below(4) == 0;
      cases.add(
          "ParseExampleV2",
          Map.of(
              "num_sparse",
              2,
              "Tdense",
              List.of(DType.FLOAT32, DType.INT64, DType.FLOAT32),
              "sparse_types",
              List.of(DType.STRING, DType.INT64),
              "ragged_value_types",
              single ? List.of() : List.of(DType.FLOAT32),
              "ragged_split_types",
              single ? List.of() : List.of(DType.INT64),
              "dense_shapes",
              List.of(new Shape(List.of(2L)), new Shape(List.of()), new Shape(List.of(-1L)))),
          single ? serialized(List.of(), 1) : serialized(List.of((long) rows), rows),
          keys(),
          keys("words", "many"),
          keys("pair", "one", "list"),
          single ? keys() : keys("bag"),
          Array.Dense.vector(Values.of(7f, 8f)),
          Array.Dense.vector(Values.of(new long[0])),
          new Array.Dense(List.of(), Values.of(0.5f)));
    }
    cases.check(0);
  }

  @Test
  void featuresOfAnotherTypeAreRefused() {
    String message =
        OperationCases.refused(
            OpsScript.text(),
            "ParseExampleV2",
            Map.of(
                "num_sparse", 0,
                "Tdense", List.of(DType.FLOAT32),
                "sparse_types", List.of(),
                "ragged_value_types", List.of(),
                "ragged_split_types", List.of(),
                "dense_shapes", List.of(new Shape(List.of()))),
            serialized(List.of(2L), 2),
            keys(),
            keys(),
            keys("one"),
            keys(),
            Array.Dense.vector(Values.of(new float[0])));
    assertTrue(message.endsWith("the feature one has values of int32, not of float32"), message);
  }
}
