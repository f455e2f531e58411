// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's modules for pictures and clips on the demo's pictures and clips. */
@NullUnmarked
class DemoVisionTest {

  @TempDir static Path work;
  private static DemoFiles demo;

  @BeforeAll
  static void write() throws IOException {
    demo = DemoFiles.write(work);
  }

  @Test
  void theFilesAreTheSameWheneverTheyAreWritten() throws IOException {
    Path again = work.resolve("again");
    DemoFiles.write(again);
    try (Stream<Path> files = Files.walk(again)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file).hasSameBinaryContentAs(work.resolve(again.relativize(file)));
      }
    }
  }

  @Test
  void mostPicturesAreNextToOneOfTheSameShapeAndColour() throws IOException {
    List<Path> files = files(demo.pictures());
    List<float[]> all = new ArrayList<>();
    for (Path file : files) {
      all.add(pixels(ImageIO.read(file.toFile()), DemoImageModule.SIZE));
    }
    int size = DemoImageModule.SIZE;
    float[][] vectors =
        call(
            demo.imageModule(),
            "images",
            new Array.Dense(
                List.of((long) files.size(), (long) size, (long) size, 3L),
                Values.of(joined(all))));
    long same =
        IntStream.range(0, files.size())
            .filter(i -> kind(files.get(i)).equals(kind(files.get(nearest(vectors, i)))))
            .count();
    assertThat(files).hasSize(48);
    assertThat(same).isGreaterThanOrEqualTo(42);
  }

  @Test
  void everyClipIsNextToOneThatMovesTheSameWay() throws IOException {
    List<Path> files = files(demo.clips());
    List<float[]> all = new ArrayList<>();
    for (Path file : files) {
      all.addAll(frames(file));
    }
    int size = DemoClipModule.SIZE;
    float[][] vectors =
        call(
            demo.clipModule(),
            "clips",
            new Array.Dense(
                List.of(
                    (long) files.size(),
                    (long) DemoClipModule.FRAMES,
                    (long) size,
                    (long) size,
                    3L),
                Values.of(joined(all))));
    for (int i = 0; i < files.size(); i++) {
      assertThat(motion(files.get(nearest(vectors, i)))).isEqualTo(motion(files.get(i)));
    }
  }

  @Test
  void theDetectorFindsTheShapesWhereTheyAreDrawn() throws IOException {
    try (Module module = Module.load(demo.detector(), ModuleOptions.DEFAULT)) {
      for (Path file : files(demo.scenes())) {
        BufferedImage scene = ImageIO.read(file.toFile());
        Map<String, Array> out =
            module
                .function(FunctionChoice.of("__call__"))
                .call(Map.of("input_tensor", bytes(scene)));
        float[] boxes = floats(out.get("detection_boxes"));
        float[] classes = floats(out.get("detection_classes"));
        assertThat(floats(out.get("num_detections"))).containsExactly(3);
        assertThat(floats(out.get("detection_scores")))
            .isSortedAccordingTo(Comparator.reverseOrder());
        Map<Integer, double[]> drawn = drawn(scene);
        assertThat(drawn).hasSize(3);
        for (int i = 0; i < 3; i++) {
          double[] box = drawn.get(Math.round(classes[i]));
          for (int side = 0; side < 4; side++) {
            assertThat((double) boxes[4 * i + side]).isCloseTo(box[side], within(0.03));
          }
        }
      }
    }
  }

  @Test
  void theGeneratorMakesPixelsFromMinusOneToOneAndGreyOfNothing() {
    try (Module module = Module.load(demo.generator(), ModuleOptions.DEFAULT)) {
      float[] z = new float[2 * DemoGeneratorModule.LATENT];
      z[0] = 3;
      Map<String, Array> inputs =
          Map.of(
              "z",
              new Array.Dense(List.of(2L, (long) DemoGeneratorModule.LATENT), Values.of(z)),
              "truncation",
              new Array.Dense(List.of(), Values.of(1f)));
      Array images = module.function(FunctionChoice.of("__call__")).call(inputs).get("output");
      assertThat(images.dims()).containsExactly(2L, 64L, 64L, 3L);
      float[] pixels = floats(images);
      for (int i = 0; i < pixels.length; i++) {
        assertThat(Math.abs(pixels[i])).isLessThanOrEqualTo(i < pixels.length / 2 ? 1 : 0);
      }
    }
  }

  /** By class: the box around what is coloured, found pixel by pixel. */
  private static Map<Integer, double[]> drawn(BufferedImage scene) {
    Map<Integer, double[]> boxes = new HashMap<>();
    double width = scene.getWidth();
    double height = scene.getHeight();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        Color color = new Color(scene.getRGB(x, y));
        float[] hsb = Color.RGBtoHSB(color.getRed(), color.getGreen(), color.getBlue(), null);
        if (hsb[1] > 0.5) {
          int kind = hsb[0] < 0.06 || hsb[0] > 0.9 ? 1 : hsb[0] < 0.2 ? 4 : hsb[0] < 0.5 ? 2 : 3;
          double[] box = boxes.computeIfAbsent(kind, k -> new double[] {1, 1, 0, 0});
          box[0] = Math.min(box[0], y / height);
          box[1] = Math.min(box[1], x / width);
          box[2] = Math.max(box[2], (y + 1) / height);
          box[3] = Math.max(box[3], (x + 1) / width);
        }
      }
    }
    return boxes;
  }

  private static Array bytes(BufferedImage image) {
    int width = image.getWidth();
    byte[] bytes = new byte[width * image.getHeight() * 3];
    for (int i = 0; i < bytes.length; i++) {
      int rgb = image.getRGB(i / 3 % width, i / 3 / width);
      bytes[i] = (byte) (rgb >> 8 * (2 - i % 3));
    }
    return new Array.Dense(
        List.of(1L, (long) image.getHeight(), (long) width, 3L),
        new Values.Numbers(DType.UINT8, bytes));
  }

  private static List<float[]> frames(Path file) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    List<float[]> frames = new ArrayList<>();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      for (int i = 0; i < DemoClipModule.FRAMES; i++) {
        frames.add(pixels(reader.read(2 * i), DemoClipModule.SIZE));
      }
    } finally {
      reader.dispose();
    }
    return frames;
  }

  private static float[] pixels(BufferedImage image, int size) {
    BufferedImage scaled = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = scaled.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, 0, 0, size, size, null);
    g.dispose();
    float[] pixels = new float[size * size * 3];
    for (int i = 0; i < pixels.length; i++) {
      int rgb = scaled.getRGB(i / 3 % size, i / 3 / size);
      pixels[i] = (rgb >> 8 * (2 - i % 3) & 0xff) / 255f;
    }
    return pixels;
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int next = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, next, part.length);
      next += part.length;
    }
    return all;
  }

  private static float[][] call(Path folder, String input, Array given) {
    try (Module module = Module.load(folder, ModuleOptions.DEFAULT)) {
      Array out =
          module.function(FunctionChoice.of("__call__")).call(Map.of(input, given)).get("output");
      float[][] vectors = new float[out.rows()][];
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = floats(out.slice(i, i + 1));
        assertThat(dot(vectors[i], vectors[i])).isCloseTo(1, within(1e-3));
      }
      return vectors;
    }
  }

  private static int nearest(float[][] vectors, int of) {
    return IntStream.range(0, vectors.length)
        .filter(i -> i != of)
        .boxed()
        .max(Comparator.comparingDouble(i -> dot(vectors[of], vectors[i])))
        .orElseThrow();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static float[] floats(Array array) {
    return ((Values.Numbers) array.values()).toFloats();
  }

  private static String kind(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.lastIndexOf('-'));
  }

  private static String motion(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.indexOf('-') + 1);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
