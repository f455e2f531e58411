// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * Draws the demo's pictures and clips: shapes in a few colours on plain backgrounds. Every run
 * draws the same ones.
 */
public final class DemoImages {

  private static final int PICTURES_OF_EACH = 3;
  private static final int SCENES = 6;
  private static final int SCENE_WIDTH = 288;
  private static final int SCENE_HEIGHT = 128;
  private static final int FRAMES = 16;
  private static final int CLIP_WIDTH = 64;
  private static final int CLIP_HEIGHT = 48;
  private static final int FRAME_HUNDREDTHS = 10;
  private static final long SEED = 20_240_229;

  private DemoImages() {}

  private enum Shape {
    CIRCLE,
    TRIANGLE,
    STRIPES,
    CROSS
  }

  private enum Paint {
    RED(new Color(214, 48, 49)),
    GREEN(new Color(39, 150, 84)),
    BLUE(new Color(34, 90, 200)),
    YELLOW(new Color(240, 200, 40));

    private final Color color;

    Paint(Color color) {
      this.color = color;
    }
  }

  private enum Motion {
    LEFT,
    RIGHT,
    UP,
    DOWN
  }

  /**
   * Writes the pictures in different sizes, alternately as PNG and JPEG: {@code red-circle-1.png},
   * {@code red-circle-2.jpg} and so on.
   *
   * @param folder created if it does not exist
   */
  public static void writePictures(Path folder) throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(SEED);
    for (Paint paint : Paint.values()) {
      for (Shape shape : Shape.values()) {
        for (int i = 1; i <= PICTURES_OF_EACH; i++) {
          BufferedImage picture = canvas(72 + random.nextInt(48), 72 + random.nextInt(24), random);
          draw(picture, shape, paint.color, random);
          String kind = i % 2 == 0 ? "jpg" : "png";
          write(picture, kind, folder.resolve(name(paint, shape) + "-" + i + "." + kind));
        }
      }
    }
  }

  /**
   * Writes pictures with one shape of each of three colours: {@code scene-1.png} and so on.
   *
   * @param folder created if it does not exist
   */
  public static void writeScenes(Path folder) throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(SEED);
    for (int i = 1; i <= SCENES; i++) {
      BufferedImage scene = canvas(SCENE_WIDTH, SCENE_HEIGHT, random);
      int left = random.nextInt(Paint.values().length);
      for (int place = 0; place < Paint.values().length - 1; place++) {
        Paint paint = Paint.values()[(left + place) % Paint.values().length];
        Shape shape = Shape.values()[random.nextInt(Shape.values().length)];
        int third = SCENE_WIDTH / 3;
        draw(scene.getSubimage(place * third, 0, third, SCENE_HEIGHT), shape, paint.color, random);
      }
      write(scene, "png", folder.resolve("scene-" + i + ".png"));
    }
  }

  /**
   * Writes the clips, GIFs of {@value #FRAMES} frames at 10 a second, in which a ball moves: {@code
   * red-left.gif} and so on.
   *
   * @param folder created if it does not exist
   */
  public static void writeClips(Path folder) throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(SEED);
    for (Paint paint : Paint.values()) {
      for (Motion motion : Motion.values()) {
        writeClip(folder.resolve(name(paint, motion) + ".gif"), paint.color, motion, random);
      }
    }
  }

  private static String name(Paint paint, Enum<?> what) {
    return (paint.name() + "-" + what.name()).toLowerCase(Locale.ROOT);
  }

  private static BufferedImage canvas(int width, int height, Random random) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    int light = 210 + random.nextInt(40);
    g.setColor(new Color(light, light, light - random.nextInt(12)));
    g.fillRect(0, 0, width, height);
    g.dispose();
    return image;
  }

  private static Graphics2D pen(BufferedImage image, Color color) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(color);
    return g;
  }

  private static void draw(BufferedImage image, Shape shape, Color color, Random random) {
    Graphics2D g = pen(image, color);
    int size = Math.min(image.getWidth(), image.getHeight()) * (55 + random.nextInt(25)) / 100;
    int x = random.nextInt(image.getWidth() - size);
    int y = random.nextInt(image.getHeight() - size);
    switch (shape) {
      case CIRCLE -> g.fillOval(x, y, size, size);
      case TRIANGLE ->
          g.fill(
              new Polygon(
                  new int[] {x, x + size / 2, x + size}, new int[] {y + size, y, y + size}, 3));
      case STRIPES -> {
        int band = size / 7;
        for (int i = 0; i < 4; i++) {
          g.fillRect(x, y + 2 * i * band, size, band);
        }
      }
      case CROSS -> {
        g.setStroke(new BasicStroke(size / 5f));
        int margin = size / 10;
        g.drawLine(x + margin, y + margin, x + size - margin, y + size - margin);
        g.drawLine(x + margin, y + size - margin, x + size - margin, y + margin);
      }
    }
    g.dispose();
  }

  private static void write(BufferedImage image, String kind, Path path) throws IOException {
    File file = path.toFile();
    if (!ImageIO.write(image, kind, file)) {
      throw new IOException("this Java cannot write " + kind);
    }
  }

  private static void writeClip(Path path, Color color, Motion motion, Random random)
      throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    Files.deleteIfExists(path);
    try (ImageOutputStream out = ImageIO.createImageOutputStream(path.toFile())) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      BufferedImage background = canvas(CLIP_WIDTH, CLIP_HEIGHT, random);
      int start = random.nextInt(4);
      for (int i = 0; i < FRAMES; i++) {
        BufferedImage frame =
            new BufferedImage(CLIP_WIDTH, CLIP_HEIGHT, BufferedImage.TYPE_INT_RGB);
        frame.setData(background.getData());
        ball(frame, color, motion, (start + i) / (double) (FRAMES + 3));
        writer.writeToSequence(new IIOImage(frame, null, timing(writer, frame)), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
  }

  /**
   * @param done how far the ball has moved, from 0 to 1
   */
  private static void ball(BufferedImage frame, Color color, Motion motion, double done) {
    int size = CLIP_HEIGHT / 3;
    int across = (int) Math.round(done * (CLIP_WIDTH - size));
    int down = (int) Math.round(done * (CLIP_HEIGHT - size));
    int centerX = (CLIP_WIDTH - size) / 2;
    int centerY = (CLIP_HEIGHT - size) / 2;
    Graphics2D g = pen(frame, color);
    switch (motion) {
      case RIGHT -> g.fillOval(across, centerY, size, size);
      case LEFT -> g.fillOval(CLIP_WIDTH - size - across, centerY, size, size);
      case DOWN -> g.fillOval(centerX, down, size, size);
      case UP -> g.fillOval(centerX, CLIP_HEIGHT - size - down, size, size);
    }
    g.dispose();
  }

  private static IIOMetadata timing(ImageWriter writer, BufferedImage frame) throws IOException {
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(
            ImageTypeSpecifier.createFromRenderedImage(frame), writer.getDefaultWriteParam());
    String format = metadata.getNativeMetadataFormatName();
    IIOMetadataNode root = new IIOMetadataNode(format);
    IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", Integer.toString(FRAME_HUNDREDTHS));
    root.appendChild(control);
    metadata.mergeTree(format, root);
    return metadata;
  }
}
