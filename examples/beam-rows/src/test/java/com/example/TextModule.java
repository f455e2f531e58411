// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import java.io.IOException;
import java.nio.file.Path;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TString;

/** A module small enough for a test: a text becomes a one in one of eight places. */
final class TextModule {

  static final int DIMENSION = 8;

  private TextModule() {}

  static void write(Path folder) throws IOException {
    ModuleWriter.create()
        .function(
            "__call__",
            FunctionInputs.of(new ArraySpec("texts", DType.STRING, Shape.of(-1), Layout.DENSE)),
            f -> {
              Ops tf = f.tf();
              var bucket =
                  tf.strings.toHashBucketFast(f.input("texts", TString.class), (long) DIMENSION);
              var vector =
                  tf.oneHot(bucket, tf.constant(DIMENSION), tf.constant(1f), tf.constant(0f));
              f.output("output", vector, Shape.of(-1, DIMENSION));
            })
        .write(folder);
  }
}
