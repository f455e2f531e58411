// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
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
import org.hubbeam.model.fixtures.Fixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TInt32;

/**
 * Columns as files give them, made into what a function takes; what it gives, made into columns.
 */
class RowCallsTest {

  @TempDir static Path work;
  private static Module signatures;
  private static Module fixed;
  private static Module narrow;

  @BeforeAll
  static void load() throws IOException {
    signatures = load(Fixtures.signatures(work.resolve("signatures")));
    fixed = load(Fixtures.fixedBatch(work.resolve("fixed")));
    ModuleWriter writer = ModuleWriter.create();
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("x", DType.INT32, Shape.of(-1), Layout.DENSE)),
        f -> f.output("y", f.tf().math.neg(f.input("x", TInt32.class))));
    writer.signature("serving_default", "__call__").write(work.resolve("narrow"));
    narrow = load(work.resolve("narrow"));
  }

  @AfterAll
  static void close() {
    signatures.close();
    fixed.close();
    narrow.close();
  }

  @Test
  void listsOfOneLengthAreADenseArray() {
    Batch out = numbers(ragged(Values.of(1f, 2f, 3f, -4f), 0, 2, 4));
    assertThat(out.column("double").dims()).isEqualTo(List.of(2L, 2L));
    assertThat(out.column("floor"))
        .isEqualTo(new Array.Dense(List.of(2L, 2L), Values.of(1, 2, 3, -4)));
  }

  @Test
  void noListsAreAnEmptyArray() {
    Batch out = numbers(ragged(Values.of(new float[0]), 0));
    assertThat(out.rows()).isEqualTo(0);
    assertThat(out.column("double").dims()).isEqualTo(List.of(0L, 2L));
    assertThat(out.column("total").dims()).isEqualTo(List.of(0L));
  }

  @Test
  void aListOfAnotherLengthIsNamed() {
    for (int[] splits : new int[][] {{0, 2, 3}, {0, 1, 3}}) {
      ModuleException e = refused(() -> numbers(ragged(Values.of(1f, 2f, 3f), splits)));
      int wrong = splits[1] == 2 ? 1 : 0;
      assertThat(e).hasMessageContaining("'x' takes 2 values a row; row " + wrong + " has 1");
    }
    assertThat(refused(() -> numbers(ragged(Values.of(1f, 2f, 3f), 0, 3))))
        .hasMessageContaining("row 0 has 3");
  }

  @Test
  void listsOfOneAreAVector() {
    Batch out =
        signatures
            .function(FunctionChoice.of("text"))
            .call(Batch.of(Map.of("text", ragged(Values.of("A", "Bé"), 0, 1, 2))));
    assertThat(out.column("lower")).isEqualTo(Array.Dense.vector(Values.of("a", "bé")));
    assertThat(out.column("bytes")).isEqualTo(Array.Dense.vector(Values.of(1, 3)));
    ModuleException e =
        refused(
            () ->
                signatures
                    .function(FunctionChoice.of("text"))
                    .call(Batch.of(Map.of("text", ragged(Values.of("A", "B"), 0, 0, 2)))));
    assertThat(e).hasMessageContaining("takes 1 values a row; row 0 has 0");
  }

  @Test
  void integersAreNarrowedWhereTheyFit() {
    Values fitting = Values.of(1L, Integer.MAX_VALUE, -Integer.MAX_VALUE);
    assertThat(negated(fitting).column("y"))
        .isEqualTo(Array.Dense.vector(Values.of(-1, -Integer.MAX_VALUE, Integer.MAX_VALUE)));
    assertThat(refused(() -> negated(Values.of(1L, Integer.MAX_VALUE + 1L))))
        .hasMessageContaining("'x'")
        .hasMessageContaining("int32");
    ModuleException e =
        catchThrowableOfType(ModuleException.class, () -> negated(Values.of(1f, 2f)));
    assertThat(e.kind()).isEqualTo(Kind.MISUSED);
    assertThat(e).hasMessageContaining("float32");
  }

  @Test
  void aScalarIsSaidOfEachRow() {
    Batch out = numbers(new Array.Dense(List.of(3L, 2L), Values.of(1f, 2f, 3f, 4f, 5f, 6f)));
    assertThat(out.column("total")).isEqualTo(Array.Dense.vector(Values.of(21f, 21f, 21f)));
    assertThat(out.column("floor").dims()).isEqualTo(List.of(3L, 2L));
  }

  @Test
  void aFixedBatchIsFilledWithTheLastRow() {
    for (int rows = 0; rows <= 2 * Fixtures.FIXED_BATCH + 1; rows++) {
      float[] x = new float[3 * rows];
      float[] sums = new float[rows];
      for (int i = 0; i < x.length; i++) {
        x[i] = i;
        sums[i / 3] += i;
      }
      Array column = new Array.Dense(List.of((long) rows, 3L), Values.of(x));
      assertThat(fixed.function(FunctionChoice.ANY).call(Batch.of(Map.of("x", column))).column("y"))
          .isEqualTo(Array.Dense.vector(Values.of(sums)));
    }
  }

  @Test
  void rowsKeepTheirOriginAndOtherColumnsAreIgnored() {
    Batch.Origin origin = new Batch.Origin("some.csv", new long[] {17, 99});
    Map<String, Array> columns =
        Map.of(
            "text", Array.Dense.vector(Values.of("A", "B")),
            "id", Array.Dense.vector(Values.of(1L, 2L)));
    Batch out = signatures.function(FunctionChoice.of("text")).call(new Batch(2, columns, origin));
    assertThat(out.origin()).isEqualTo(origin);
    assertThat(out.columns().keySet()).containsExactlyInAnyOrder("lower", "bytes");
  }

  @Test
  void rowsWithoutAnyInputAreMisuse() {
    ModuleException e =
        catchThrowableOfType(
            ModuleException.class,
            () ->
                fixed
                    .function(FunctionChoice.ANY)
                    .call(Batch.of(Map.of("text", Array.Dense.vector(Values.of("A"))))));
    assertThat(e.kind()).isEqualTo(Kind.MISUSED);
    assertThat(e).hasMessageContaining("x: float32 [4, 3]").hasMessageContaining("[text]");
  }

  private static Batch numbers(Array x) {
    return signatures.function(FunctionChoice.of("numbers")).call(Batch.of(Map.of("x", x)));
  }

  private static Batch negated(Values x) {
    return narrow.function(FunctionChoice.ANY).call(Batch.of(Map.of("x", Array.Dense.vector(x))));
  }

  private static Array.Ragged ragged(Values values, int... splits) {
    return Array.Ragged.of(values, splits);
  }

  private static ModuleException refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    ModuleException e = catchThrowableOfType(ModuleException.class, action);
    assertThat(e).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.REFUSED);
    return e;
  }

  private static Module load(Path folder) {
    return Module.load(folder, ModuleOptions.DEFAULT);
  }
}
