// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.DType;
import org.hubbeam.preprocessing.Column;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.MapDefun;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.image.DecodeImage;
import org.tensorflow.op.image.ResizeBicubic;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.op.image.ResizeNearestNeighbor;
import org.tensorflow.op.image.ScaleAndTranslate;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;

/** Pictures: files in a column, and columns of pixels. */
final class ImageOps {

  private static final String METHODS =
      "`bilinear`, `nearest`, `bicubic`, `area`, `lanczos3`, `lanczos5`, `gaussian` or"
          + " `mitchellcubic`";

  /** TensorFlow's names of the kernels of scaling, by the names of methods. */
  private static final Map<String, String> KERNELS =
      Map.of(
          "bilinear", "triangle",
          "bicubic", "keyscubic",
          "lanczos3", "lanczos3",
          "lanczos5", "lanczos5",
          "gaussian", "gaussian",
          "mitchellcubic", "mitchellcubic");

  /** Of sides; four channels are as much as a row has at most. */
  private static final long LARGEST = 4096;

  private ImageOps() {}

  static void register(Operations operations) {
    operations.add(
        "decode_image",
        "x, size, channels=3, method=bilinear, antialias=False",
        "Decodes one PNG, JPEG, GIF or BMP file a row and resizes it to `size=[height, width]`:"
            + " float32 from 0 to 255. `channels` is 1 (gray), 3 or 4.",
        ImageOps::decoded);
    operations.add(
        "resize",
        "x, size, method=bilinear, antialias=False",
        "Resizes one picture a row, `[height, width, channels]`, to `size=[height, width]`, as"
            + " `tf.image.resize` does; `method` is "
            + METHODS
            + ".",
        ImageOps::resized);
    operations.add(
        "per_image_standardization",
        "x",
        "Scales the pixels of each picture to mean 0 and variance 1.",
        ImageOps::standardized);
  }

  /** How pictures are resized. */
  private record Resizing(List<Long> size, String method, boolean antialias) {

    static Resizing of(Arguments a) {
      List<Long> size = a.wholes("size");
      if (size.size() != 2 || size.stream().anyMatch(s -> s < 1 || s > LARGEST)) {
        throw a.error("size", "must be [height, width], from 1 to " + LARGEST + "; found " + size);
      }
      String method = a.text("method");
      if (!KERNELS.containsKey(method) && !method.equals("nearest") && !method.equals("area")) {
        throw a.error("method", "must be " + METHODS + "; found " + method);
      }
      return new Resizing(size, method, a.flag("antialias"));
    }

    /** As {@code tf.image.resize} of a batch, in float32. */
    Operand<TFloat32> apply(Ops tf, Operand<? extends TNumber> images) {
      Operand<TInt32> to = tf.constant(new int[] {size.get(0).intValue(), size.get(1).intValue()});
      return switch (antialias ? KERNELS.getOrDefault(method, method) : method) {
        case "nearest" ->
            tf.dtypes.cast(
                tf.image.resizeNearestNeighbor(
                    images, to, ResizeNearestNeighbor.halfPixelCenters(true)),
                TFloat32.class);
        case "area" -> tf.image.resizeArea(images, to);
        case "bilinear" ->
            tf.image.resizeBilinear(images, to, ResizeBilinear.halfPixelCenters(true));
        case "bicubic" -> tf.image.resizeBicubic(images, to, ResizeBicubic.halfPixelCenters(true));
        default -> scaled(tf, images, to);
      };
    }

    private Operand<TFloat32> scaled(
        Ops tf, Operand<? extends TNumber> images, Operand<TInt32> to) {
      Operand<TInt32> from =
          tf.slice(tf.shape(images), tf.constant(new int[] {1}), tf.constant(new int[] {2}));
      return tf.image.scaleAndTranslate(
          images,
          to,
          tf.math.div(tf.dtypes.cast(to, TFloat32.class), tf.dtypes.cast(from, TFloat32.class)),
          tf.constant(new float[2]),
          ScaleAndTranslate.kernelType(KERNELS.get(method)),
          ScaleAndTranslate.antialias(antialias));
    }
  }

  private static Value decoded(Arguments a) {
    Column.Dense x = a.dense("x");
    if (x.dtype() != DType.STRING || !x.shape().hasRank() || x.shape().rank() != 1) {
      throw a.error("x", "must have one file a row; found " + x.spec("x").type());
    }
    Resizing resizing = Resizing.of(a);
    long channels = a.whole("channels");
    if (channels != 1 && channels != 3 && channels != 4) {
      throw a.error("channels", "must be 1, 3 or 4; found " + channels);
    }
    try (ConcreteFunction row = ConcreteFunction.create(tf -> row(tf, resizing, channels))) {
      Operand<?> images =
          MapDefun.create(
                  a.tf().scope(),
                  List.of(x.values()),
                  List.of(),
                  List.of(TFloat32.class),
                  List.of(Shape.of(resizing.size().get(0), resizing.size().get(1), channels)),
                  row)
              .output()
              .get(0);
      return Value.of(a.interpreter().columns().column(images));
    }
  }

  private static Signature row(Ops tf, Resizing resizing, long channels) {
    Placeholder<TString> file = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    Operand<TUint8> image =
        tf.image.decodeImage(
            file,
            TUint8.class,
            DecodeImage.channels(channels),
            DecodeImage.expandAnimations(false));
    Operand<TFloat32> one = resizing.apply(tf, tf.expandDims(image, tf.constant(0)));
    return Signature.builder("decode_image")
        .input("file", file)
        .output("image", tf.squeeze(one, Squeeze.axis(List.of(0L))))
        .build();
  }

  private static Value resized(Arguments a) {
    return Value.of(a.interpreter().columns().column(Resizing.of(a).apply(a.tf(), pixels(a))));
  }

  private static Value standardized(Arguments a) {
    Ops tf = a.tf();
    Operand<TFloat32> x = tf.dtypes.cast(pixels(a), TFloat32.class);
    Operand<TInt32> inside = tf.constant(new int[] {1, 2, 3});
    Mean.Options keep = Mean.keepDims(true);
    Operand<TFloat32> centered = tf.math.sub(x, tf.math.mean(x, inside, keep));
    Operand<TFloat32> deviation =
        tf.math.sqrt(tf.math.mean(tf.math.square(centered), inside, keep));
    Operand<TFloat32> pixels =
        tf.dtypes.cast(
            tf.reduceProd(
                tf.slice(tf.shape(x), tf.constant(new int[] {1}), tf.constant(new int[] {3})),
                tf.constant(0)),
            TFloat32.class);
    return Value.of(
        a.interpreter()
            .columns()
            .column(tf.math.div(centered, tf.math.maximum(deviation, tf.math.rsqrt(pixels)))));
  }

  @SuppressWarnings("unchecked") // not strings
  private static Operand<? extends TNumber> pixels(Arguments a) {
    Column.Dense x = a.dense("x");
    if (x.dtype() == DType.STRING || !x.shape().hasRank() || x.shape().rank() != 4) {
      throw a.error(
          "x",
          "must have one picture a row, [height, width, channels]; found " + x.spec("x").type());
    }
    return (Operand<? extends TNumber>) x.values();
  }
}
