// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** A module small enough for a test: a text of n characters becomes (n, n / 2). */
final class TextModule {

  private TextModule() {}

  static void write(Path folder) throws IOException {
    ModuleWriter.create()
        .function(
            "__call__",
            FunctionInputs.of(new ArraySpec("texts", DType.STRING, Shape.of(-1), Layout.DENSE)),
            f -> {
              Ops tf = f.tf();
              var length =
                  tf.dtypes.cast(
                      tf.strings.stringLength(f.input("texts", TString.class)), TFloat32.class);
              var vector =
                  tf.stack(List.of(length, tf.math.div(length, tf.constant(2f))), Stack.axis(1L));
              f.output("output", vector, Shape.of(-1, 2));
            })
        .write(folder);
  }
}
