// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Functions that do not simply take rows and give as many: what each row gets of them. */
class RowFormsTest {

  @TempDir static Path work;
  private static Module module;

  @BeforeAll
  static void write() throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    writer.function(
        "scaled",
        FunctionInputs.of(floats("x", -1, 2), floats("by")),
        f -> {
          Ops tf = f.tf();
          Operand<TFloat32> x = f.input("x", TFloat32.class);
          f.output("y", tf.math.mul(x, f.input("by", TFloat32.class)), Shape.of(-1, 2));
          f.output("sizes", tf.constant(new int[] {5, 6, 7}), Shape.of(3));
        });
    writer.function(
        "frames",
        FunctionInputs.of(floats("wave", -1)),
        f -> {
          Ops tf = f.tf();
          Operand<TFloat32> wave = f.input("wave", TFloat32.class);
          f.output("pairs", tf.reshape(wave, tf.constant(new int[] {-1, 2})), Shape.of(-1, 2));
          f.output("sum", tf.sum(wave, tf.constant(0)), Shape.of());
          f.output("wide", tf.reshape(wave, tf.constant(new int[] {1, -1})), Shape.of(1, -1));
        });
    writer.function(
        "exactly_one",
        FunctionInputs.of(floats("x", 1, -1)),
        f -> {
          Ops tf = f.tf();
          Operand<TFloat32> x = f.input("x", TFloat32.class);
          f.output("same", x, Shape.of(1, -1));
          f.output("values", tf.reshape(x, tf.constant(new int[] {-1})), Shape.of(-1));
          f.output("mean", tf.math.mean(x, tf.constant(1)), Shape.of(1));
        });
    writer.function(
        "pixels",
        FunctionInputs.of(floats("image", -1, 2, 1, 3)),
        f -> f.output("flat", sum(f.tf(), f.input("image", TFloat32.class)), Shape.of(-1, 3)));
    writer.function(
        "either",
        FunctionInputs.of(floats("x", -1)),
        f -> f.output("y", f.tf().math.neg(f.input("x", TFloat32.class)), Shape.of(-1)));
    writer.function(
        "either",
        FunctionInputs.of(new ArraySpec("x", DType.INT32, Shape.of(-1), Layout.DENSE)),
        f -> f.output("y", f.tf().math.neg(f.input("x", TInt32.class)), Shape.of(-1)));
    writer.function(
        "constant", FunctionInputs.of(), f -> f.output("y", f.tf().constant(new float[] {1, 2})));
    writer.write(work.resolve("forms"));
    module = Module.load(work.resolve("forms"), ModuleOptions.DEFAULT);
  }

  @AfterAll
  static void close() {
    module.close();
  }

  @Test
  void aScalarFromAColumnMeansOneCallARow() {
    Batch out =
        call(
            "scaled",
            "x",
            dense(Values.of(1f, 2f, 3f, 4f), 2, 2),
            "by",
            dense(Values.of(10f, -1f), 2));
    assertThat(out.column("y")).isEqualTo(dense(Values.of(10f, 20f, -3f, -4f), 2, 2));
    assertThat(out.column("sizes")).isEqualTo(dense(Values.of(5, 6, 7, 5, 6, 7), 2, 3));
  }

  @Test
  void aConstantIsForAllRowsAndWhatIsSaidOfAllIsSaidOfEach() {
    ModuleFunction function =
        function("scaled").withConstants(Map.of("by", Array.Dense.scalar(Values.of(2f))));
    for (int rows : new int[] {0, 1, 3}) {
      Array.Dense x = dense(Values.of(new float[2 * rows]), rows, 2);
      Batch out = function.call(batch("x", x, "by", dense(Values.of(new float[rows]), rows)));
      assertThat(out.column("y").dims()).isEqualTo(List.of((long) rows, 2L));
      assertThat(out.column("sizes").dims()).isEqualTo(List.of((long) rows, 3L));
    }
  }

  @Test
  void aListIsNotTheOneValueOfARow() {
    Array.Ragged waves = Array.Ragged.of(Values.of(1f, 2f, 3f, 4f, 5f, 6f), new int[] {0, 4, 4, 6});
    ModuleException e =
        catchThrowableOfType(
            ModuleException.class,
            () -> function("frames").only(List.of("sum")).call(batch("wave", waves)));
    assertThat(e.kind()).isEqualTo(Kind.REFUSED);
    assertThat(e).hasMessageContaining("input 'wave' takes 1 values a row; row 0 has 4");
  }

  @Test
  void listsAreListsThoughTheyAreEquallyLongOrNone() {
    Batch out = call("frames", "wave", dense(Values.of(1f, 2f, 3f, 4f), 2, 2));
    assertThat(out.column("pairs"))
        .isEqualTo(
            new Array.Ragged(Values.of(1f, 2f, 3f, 4f), List.of(new int[] {0, 1, 2}), List.of(2L)));
    assertThat(out.column("wide").dims()).isEqualTo(List.of(2L, 1L, 2L));
    Batch none = call("frames", "wave", dense(Values.of(new float[0]), 0, 2));
    assertThat(none.column("pairs"))
        .isEqualTo(new Array.Ragged(Values.of(new float[0]), List.of(new int[] {0}), List.of(2L)));
  }

  @Test
  void aBatchOfExactlyOneIsARowWhereItIsDeclaredSo() {
    Batch out = call("exactly_one", "x", dense(Values.of(1f, 3f, 5f, 9f), 2, 2));
    assertThat(out.column("mean")).isEqualTo(dense(Values.of(2f, 7f), 2));
    Array.Ragged lists = Array.Ragged.of(Values.of(1f, 3f, 5f, 9f), new int[] {0, 2, 4});
    assertThat(out.column("same")).isEqualTo(lists);
    assertThat(out.column("values")).isEqualTo(lists);
  }

  @Test
  void flatListsTakeTheShapeOfTheInput() {
    Array.Ragged flat =
        Array.Ragged.of(
            Values.of(1f, 2f, 3f, 4f, 5f, 6f, 1f, 1f, 1f, 1f, 1f, 1f), new int[] {0, 6, 12});
    assertThat(call("pixels", "image", flat).column("flat"))
        .isEqualTo(dense(Values.of(5f, 7f, 9f, 2f, 2f, 2f), 2, 3));
    ModuleException e =
        catchThrowableOfType(
            ModuleException.class,
            () -> call("pixels", "image", Array.Ragged.of(Values.of(1f, 2f), new int[] {0, 2})));
    assertThat(e).hasMessageContaining("'image' takes 6 values a row; row 0 has 2");
  }

  @Test
  void theGraphOfTheColumnsTypeIsCalled() {
    assertThat(call("either", "x", dense(Values.of(1f), 1)).column("y"))
        .isEqualTo(dense(Values.of(-1f), 1));
    assertThat(call("either", "x", dense(Values.of(2), 1)).column("y"))
        .isEqualTo(dense(Values.of(-2), 1));
    assertThat(call("either", "x", dense(Values.of(3L), 1)).column("y"))
        .isEqualTo(dense(Values.of(-3), 1));
  }

  @Test
  void aFunctionThatTakesNothingIsCalledForEachRow() {
    Batch out = function("constant").call(batch("id", dense(Values.of(7L, 8L, 9L), 3)));
    assertThat(out.column("y")).isEqualTo(dense(Values.of(1f, 2f, 1f, 2f, 1f, 2f), 3, 2));
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> image) {
    return tf.sum(image, tf.array(1, 2));
  }

  private static ModuleFunction function(String name) {
    return module.function(FunctionChoice.of(name));
  }

  private static Batch call(String function, Object... columns) {
    return function(function).call(batch(columns));
  }

  private static Batch batch(Object... columns) {
    Map<String, Array> byName = new LinkedHashMap<>();
    for (int i = 0; i < columns.length; i += 2) {
      byName.put((String) columns[i], (Array) columns[i + 1]);
    }
    return Batch.of(byName);
  }

  private static Array.Dense dense(Values values, long... dims) {
    return new Array.Dense(java.util.Arrays.stream(dims).boxed().toList(), values);
  }

  private static ArraySpec floats(String name, long... dims) {
    return new ArraySpec(name, DType.FLOAT32, Shape.of(dims), Layout.DENSE);
  }
}
