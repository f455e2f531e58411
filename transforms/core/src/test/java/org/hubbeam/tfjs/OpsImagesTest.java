// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.OperationCases;
import org.junit.jupiter.api.Test;

/** The operations of {@code ops-images.js} against TensorFlow's. */
class OpsImagesTest {
  private final RandomArrays random = new RandomArrays(19);
  private final OperationCases cases = new OperationCases(OpsScript.text());

  @Test
  void colours() {
    for (int i = 0; i < 1000; i++) {
      int[] dims = {1 + random.below(2), 1 + random.below(3), random.below(4), 3};
      Array.Dense image = random.units(dims);
      float delta = random.random.nextFloat() * 2 - 1;
      cases.add("AdjustHue", Map.of(), image, RandomArrays.scalar(delta));
      cases.add("AdjustSaturation", Map.of(), image, RandomArrays.scalar(delta * 3));
      cases.add("AdjustContrastv2", Map.of(), image, RandomArrays.scalar(delta * 3));
      cases.add("RGBToHSV", Map.of(), image);
      cases.add("HSVToRGB", Map.of(), image);
    }
    cases.check(1e-5);
  }

  @Test
  void scaledAndTranslated() {
    List<String> kernels =
        List.of(
            "lanczos1",
            "lanczos3",
            "lanczos5",
            "gaussian",
            "box",
            "triangle",
            "keyscubic",
            "mitchellcubic");
    for (int i = 0; i < 1000; i++) {
      int[] dims = {1 + random.below(2), 1 + random.below(7), 1 + random.below(7), 2};
      float[] scale = {0.2f + random.random.nextFloat() * 3, 0.2f + random.random.nextFloat() * 3};
      float[] shift = {random.random.nextFloat() * 6 - 3, random.random.nextFloat() * 6 - 3};
      cases.add(
          "ScaleAndTranslate",
          Map.of("kernel_type", kernels.get(i % kernels.size()), "antialias", random.below(2) == 0),
          random.units(dims),
          RandomArrays.whole(DType.INT32, 1 + random.below(9), 1 + random.below(9)),
          Array.Dense.vector(Values.of(scale)),
          Array.Dense.vector(Values.of(shift)));
    }
    cases.check(1e-4);
  }

  @Test
  void resized() {
    for (int i = 0; i < 1000; i++) {
      int[] dims = {1 + random.below(2), 1 + random.below(7), 1 + random.below(7), 2};
      Array.Dense size = RandomArrays.whole(DType.INT32, 1 + random.below(9), 1 + random.below(9));
      int mode = random.below(3);
      cases.add(
          "ResizeBicubic",
          Map.of("align_corners", mode == 1, "half_pixel_centers", mode == 2),
          random.units(dims),
          size);
      cases.add("ResizeArea", Map.of("align_corners", mode == 1), random.units(dims), size);
    }
    cases.check(1e-5);
  }

  @Test
  void boxes() {
    for (int i = 0; i < 1000; i++) {
      int batch = 1 + random.below(2);
      int count = 1 + random.below(8);
      int classes = 1 + random.below(3);
      cases.add(
          "CombinedNonMaxSuppression",
          Map.of("pad_per_class", random.below(2) == 0, "clip_boxes", random.below(2) == 0),
          random.floats(batch, count, random.of(1, classes), 4),
          distinct(batch, count, classes),
          RandomArrays.scalar(1 + random.below(4)),
          RandomArrays.scalar(1 + random.below(8)),
          RandomArrays.scalar(0.3f),
          RandomArrays.scalar(0.2f));
    }
    cases.check(1e-6);
  }

  private Array.Dense distinct(int... dims) {
    float[] values = new float[RandomArrays.size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.random.nextFloat();
    }
    return new Array.Dense(RandomArrays.dims(dims), Values.of(values));
  }

  @Test
  void cropped() {
    for (int i = 0; i < 1000; i++) {
      int batch = 1 + random.below(2);
      int count = random.below(4);
      cases.add(
          "CropAndResize",
          Map.of(
              "method", random.of("bilinear", "nearest"), "extrapolation_value", random.of(0f, 9f)),
          random.units(batch, 1 + random.below(6), 1 + random.below(6), 2),
          random.below(2) == 0 ? distinct(count, 4) : random.floats(count, 4),
          random.ints(batch, count),
          RandomArrays.whole(DType.INT32, 1 + random.below(5), 1 + random.below(5)));
    }
    cases.check(1e-5);
  }

  @Test
  void transformed() {
    for (int i = 0; i < 1000; i++) {
      int batch = 1 + random.below(2);
      float[] transforms = new float[random.of(1, batch) * 8];
      for (int k = 0; k < transforms.length; k++) {
        boolean diagonal = k % 8 == 0 || k % 8 == 4;
        float spread = k % 8 == 2 || k % 8 == 5 ? 4 : k % 8 > 5 ? 0.02f : 0.5f;
        transforms[k] = (diagonal ? 1 : 0) + spread * (random.random.nextFloat() * 2 - 1);
      }
      cases.add(
          "ImageProjectiveTransformV3",
          Map.of(
              "interpolation",
              random.of("NEAREST", "BILINEAR"),
              "fill_mode",
              random.of("CONSTANT", "REFLECT", "WRAP", "NEAREST")),
          random.units(batch, 1 + random.below(6), 1 + random.below(6), 2),
          new Array.Dense(RandomArrays.dims(transforms.length / 8, 8), Values.of(transforms)),
          RandomArrays.whole(DType.INT32, 1 + random.below(6), 1 + random.below(6)),
          RandomArrays.scalar(random.of(0f, 0.5f)));
    }
    cases.check(1e-4);
  }
}
