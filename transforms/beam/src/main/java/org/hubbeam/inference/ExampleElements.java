// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.FloatList;

/**
 * Examples: they leave with all their features and the vector; a feature of that name is replaced.
 *
 * @param features what is embedded
 * @param vector the name of the feature for the vector
 */
record ExampleElements(Set<String> features, String vector) implements Elements<Example, Example> {

  @Override
  public Map<String, Object> values(Example example) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : features) {
      Feature feature = example.getFeatures().getFeatureMap().get(name);
      if (feature == null) {
        throw new IllegalArgumentException(
            "there is no feature '"
                + name
                + "'; there are "
                + example.getFeatures().getFeatureMap().keySet());
      }
      values.put(name, value(name, feature));
    }
    return values;
  }

  private static Object value(String name, Feature feature) {
    return switch (feature.getKindCase()) {
      case BYTES_LIST ->
          feature.getBytesList().getValueList().stream().map(b -> b.toByteArray()).toList();
      case FLOAT_LIST -> floats(feature.getFloatList());
      case INT64_LIST ->
          feature.getInt64List().getValueList().stream().mapToLong(Long::longValue).toArray();
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("the feature '" + name + "' has no value");
    };
  }

  private static float[] floats(FloatList list) {
    float[] floats = new float[list.getValueCount()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.getValue(i);
    }
    return floats;
  }

  @Override
  public Example with(Example example, float[] values) {
    FloatList.Builder floats = FloatList.newBuilder();
    for (float value : values) {
      floats.addValue(value);
    }
    Example.Builder builder = example.toBuilder();
    builder
        .getFeaturesBuilder()
        .putFeature(vector, Feature.newBuilder().setFloatList(floats).build());
    return builder.build();
  }

  @Override
  public float[] vector(Example embedded) {
    return floats(embedded.getFeatures().getFeatureOrThrow(vector).getFloatList());
  }

  @Override
  public Example replaced(Example embedded, float[] values) {
    return with(embedded, values);
  }

  @Override
  public String id(Example example) {
    return example.toString();
  }
}
