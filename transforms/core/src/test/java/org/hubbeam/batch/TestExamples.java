// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Map;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;

/** Serialized {@code tf.Example}s as protobuf writes them. */
final class TestExamples {

  private TestExamples() {}

  static byte[] example(Map<String, Feature> features) {
    return Example.newBuilder()
        .setFeatures(Features.newBuilder().putAllFeature(features))
        .build()
        .toByteArray();
  }

  static Feature longs(long... values) {
    Int64List.Builder list = Int64List.newBuilder();
    Arrays.stream(values).forEach(list::addValue);
    return Feature.newBuilder().setInt64List(list).build();
  }

  static Feature floats(float... values) {
    FloatList.Builder list = FloatList.newBuilder();
    for (float value : values) {
      list.addValue(value);
    }
    return Feature.newBuilder().setFloatList(list).build();
  }

  static Feature strings(byte[]... values) {
    BytesList.Builder list = BytesList.newBuilder();
    Arrays.stream(values).map(ByteString::copyFrom).forEach(list::addValue);
    return Feature.newBuilder().setBytesList(list).build();
  }

  static Feature strings(String... values) {
    BytesList.Builder list = BytesList.newBuilder();
    Arrays.stream(values).map(ByteString::copyFromUtf8).forEach(list::addValue);
    return Feature.newBuilder().setBytesList(list).build();
  }
}
