// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

/** The names of contenders in several suites, whose results are looked up by name. */
final class Names {

  static final String JAVA_LOOP = "Java loop (TensorFlow Java)";
  static final String PYTHON_LOOP = "Python loop";
  static final String OWN_CALL = "own call, all cores";
  static final String EMBED_FLINK = "`embed`, Flink";
  static final String EMBED_DIRECT = "`embed`, direct runner";
  static final String RUN_INFERENCE = "Beam Python RunInference";
  static final String ML_TRANSFORM = "Beam Python MLTransform";
  static final String TRANSFORM_FLINK = "`transform`, Flink";
  static final String TRANSFORM_DIRECT = "`transform`, direct runner";
  static final String TF_TRANSFORM = "tf.Transform";
  static final String SPARK_ML = "Spark ML";

  private Names() {}

  static String batch(String contender, int rows) {
    return contender + ", batch " + rows;
  }
}
