// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * Height and width of the images that modules of TF Hub's common signature for augmentation give:
 * their input {@code image_size}. Where nobody says it, it is the fixed size that the next link
 * takes.
 *
 * @param pixels height and width; empty where any size will do
 */
record ImageSize(List<Long> pixels) {

  static final ImageSize ANY = new ImageSize(List.of());

  private static final String NAME = "image_size";

  /** The size that a function takes: of its only input of images, where that is fixed. */
  static ImageSize taken(List<ArraySpec> inputs) {
    List<Shape> images = inputs.stream().filter(ImageSize::isImages).map(ArraySpec::shape).toList();
    if (images.size() != 1 || images.get(0).dim(1) < 0 || images.get(0).dim(2) < 0) {
      return ANY;
    }
    return new ImageSize(images.get(0).dims().subList(1, 3));
  }

  /** The spec with this size, where its function takes one and is given none. */
  ModuleSpec completed(ModuleSpec spec, MappedFunction function) {
    boolean asks =
        function.columns().column(NAME) == null
            && function.inputSpecs().stream()
                .anyMatch(
                    i ->
                        i.name().equals(NAME)
                            && i.dtype() == DType.INT32
                            && i.shape().equals(Shape.of(2)));
    if (!asks || pixels.isEmpty()) {
      return spec;
    }
    int[] size = pixels.stream().mapToInt(Math::toIntExact).toArray();
    return spec.withConstant(NAME, Array.Dense.vector(Values.of(size)));
  }

  /** Outputs of images with their size, where it is a constant of the spec. */
  static List<ArraySpec> known(ModuleSpec spec, List<ArraySpec> outputs) {
    Array size = spec.mapping().constants().get(NAME);
    if (size == null || !size.dtype().isInteger() || !size.dims().equals(List.of(2L))) {
      return outputs;
    }
    Values.Numbers pixels = (Values.Numbers) size.values();
    List<ArraySpec> known = new ArrayList<>();
    for (ArraySpec output : outputs) {
      Shape shape = output.shape();
      boolean open = isImages(output) && shape.dim(1) < 0 && shape.dim(2) < 0;
      known.add(
          open
              ? new ArraySpec(
                  output.name(),
                  output.dtype(),
                  Shape.of(
                      shape.dim(0),
                      (long) pixels.getDouble(0),
                      (long) pixels.getDouble(1),
                      shape.dim(3)),
                  output.layout())
              : output);
    }
    return known;
  }

  private static boolean isImages(ArraySpec spec) {
    return spec.layout() == Layout.DENSE && spec.shape().hasRank() && spec.shape().rank() == 4;
  }
}
