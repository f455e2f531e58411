// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.junit.jupiter.api.Test;

/** Settings are told in words, and refused where they do not fit, before anything runs. */
class PostProcessingTest {

  private static final PostProcessing ALL =
      PostProcessing.NONE
          .withPooling(Pooling.of(Pooling.Kind.MEAN).withMask("input_mask"))
          .withProjection(Projection.gaussian(128).withSeed(7))
          .withNorm(Norm.L2)
          .withStorage(Storage.INT8);

  private static ArraySpec spec(Shape shape) {
    return new ArraySpec("v", DType.FLOAT32, shape, Layout.DENSE);
  }

  private static void refused(PostProcessing steps, ArraySpec spec, String message) {
    assertThatThrownBy(() -> steps.check(spec))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void stepsAreToldInWords() {
    assertThat(ALL.describe())
        .isEqualTo("mean pooling with input_mask, gaussian projection 128 seed 7, l2, int8");
    assertThat(PostProcessing.NONE.describe()).isEqualTo("none");
    assertThat(
            PostProcessing.NONE
                .withPooling(Pooling.of(Pooling.Kind.SQRT_N))
                .withProjection(Projection.pca(64))
                .withStorage(Storage.FLOAT16)
                .describe())
        .isEqualTo("sqrt-n pooling, pca projection 64, float16");
  }

  @Test
  void whatComesOutIsKnownBefore() {
    assertThat(ALL.check(spec(Shape.of(-1, -1, 768))).toString())
        .isEqualTo("[v: int8 [?, 128], v_scale: float32 [?]]");
    assertThat(ALL.withPooling(Pooling.NONE).check(spec(Shape.of(-1, 16, 768))).toString())
        .isEqualTo("[v: int8 [?, 16, 128], v_scale: float32 [?, 16]]");
    assertThat(ALL.check(spec(Shape.UNKNOWN)).toString())
        .isEqualTo("[v: int8 [...], v_scale: float32 [...]]");
    ArraySpec lists = new ArraySpec("v", DType.FLOAT32, Shape.of(-1, -1, 1024), Layout.RAGGED);
    assertThat(PostProcessing.NONE.withNorm(Norm.L2).check(lists)).containsExactly(lists);
    assertThat(PostProcessing.NONE.withPooling(Pooling.of(Pooling.Kind.MAX)).check(lists))
        .containsExactly(spec(Shape.of(-1, 1024)));
    ArraySpec text = new ArraySpec("v", DType.STRING, Shape.of(-1), Layout.DENSE);
    assertThat(PostProcessing.NONE.check(text)).containsExactly(text);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    refused(ALL, spec(Shape.of(-1, 768)), "found v: float32 [?, 768]");
    refused(ALL, spec(Shape.of(-1, 16, 100)), "at least 128 numbers, found 100");
    refused(PostProcessing.NONE.withNorm(Norm.L2), spec(Shape.of(-1)), "found v: float32 [?]");
    refused(
        PostProcessing.NONE.withNorm(Norm.L2),
        new ArraySpec("v", DType.STRING, Shape.of(-1, 2), Layout.DENSE),
        "found v: string");
    refused(
        PostProcessing.NONE.withProjection(
            Projection.fitted(new ProjectionMatrix(new float[3], new float[6]))),
        spec(Shape.of(-1, 4)),
        "vectors of 3 numbers, found 4");
    assertThatThrownBy(() -> Projection.gaussian(0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> Projection.pca(-3)).hasMessageContaining("not -3");
    assertThatThrownBy(() -> Pooling.NONE.withMask("m")).hasMessageContaining("'m'");
    assertThatThrownBy(
            () -> new PostProcessor(PostProcessing.NONE.withProjection(Projection.pca(2))))
        .hasMessageContaining("pca projection 2 must be fitted");
  }
}
