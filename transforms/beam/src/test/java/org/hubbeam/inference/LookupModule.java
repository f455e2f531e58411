// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A module of 64 MiB that gives the row of a number, and refuses numbers that have none. */
final class LookupModule {

  static final int ROWS = 1 << 16;
  private static final int COLUMNS = 256;

  private LookupModule() {}

  static Path write(Path folder) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    float[] values = new float[ROWS * COLUMNS];
    Arrays.fill(values, 1);
    var table =
        writer.variable(
            "table", new Array.Dense(List.of((long) ROWS, (long) COLUMNS), Values.of(values)));
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("number", DType.INT32, Shape.of(-1), Layout.DENSE)),
        f ->
            f.output(
                "vector",
                f.tf()
                    .gather(
                        f.read(table, TFloat32.class),
                        f.input("number", TInt32.class),
                        f.tf().constant(0))));
    writer.signature("serving_default", "__call__").overwrite(folder);
    return folder;
  }
}
