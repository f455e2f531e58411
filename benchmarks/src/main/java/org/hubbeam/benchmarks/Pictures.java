// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.hubbeam.media.ImageSize;

/** Picture files: parts of photos if there are any, otherwise coloured shapes. */
final class Pictures {

  /** What the files are. */
  enum Kind {
    /** JPEG files of various sizes. */
    JPEG,
    /** Uncompressed, of the size that the module takes. */
    BMP;

    private List<ImageSize> sizes() {
      return this == BMP ? List.of(ImageSize.square(224)) : PHOTOS;
    }

    private String ending() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int SHAPES = 400;
  private static final List<ImageSize> PHOTOS =
      List.of(
          new ImageSize(400, 500),
          new ImageSize(500, 400),
          new ImageSize(480, 640),
          new ImageSize(600, 800));

  private Pictures() {}

  /** Makes a folder with this number of files, unless it exists. */
  static Path folder(Workplace place, Kind kind, int count) throws IOException {
    Path folder = place.work().resolve("inputs/" + kind.ending() + "-" + count);
    if (Files.exists(folder)) {
      return folder;
    }
    Path part = folder.resolveSibling(folder.getFileName() + ".part");
    Files.createDirectories(part);
    List<BufferedImage> photos = photos(place.shared().resolve("corpus/data/images"));
    Random random = new Random(count);
    for (int i = 0; i < count; i++) {
      ImageSize size = kind.sizes().get(i % kind.sizes().size());
      BufferedImage picture =
          new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = picture.createGraphics();
      if (photos.isEmpty()) {
        shapes(pen, size, random);
      } else {
        partOf(photos.get(i / kind.sizes().size() % photos.size()), pen, size, random);
      }
      pen.dispose();
      String name = "picture-" + i + "." + kind.ending();
      ImageIO.write(picture, kind.ending(), part.resolve(name).toFile());
    }
    return Files.move(part, folder);
  }

  private static List<BufferedImage> photos(Path folder) throws IOException {
    List<BufferedImage> photos = new ArrayList<>();
    if (!Files.exists(folder)) {
      return photos;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList()) {
        BufferedImage photo = ImageIO.read(file.toFile());
        if (photo != null) {
          photos.add(photo);
        }
      }
    }
    return photos;
  }

  /** A random crop of the photo, which is enlarged to cover the picture. */
  private static void partOf(BufferedImage photo, Graphics2D pen, ImageSize size, Random random) {
    double scale =
        Math.max(1.1 * size.width() / photo.getWidth(), 1.1 * size.height() / photo.getHeight());
    int width = (int) Math.round(photo.getWidth() * Math.max(scale, 1));
    int height = (int) Math.round(photo.getHeight() * Math.max(scale, 1));
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    int left = -random.nextInt(width - size.width() + 1);
    int top = -random.nextInt(height - size.height() + 1);
    pen.drawImage(photo, left, top, width, height, null);
  }

  private static void shapes(Graphics2D pen, ImageSize size, Random random) {
    for (int i = 0; i < SHAPES; i++) {
      pen.setColor(new Color(random.nextInt(1 << 24)));
      int x = random.nextInt(size.width());
      int y = random.nextInt(size.height());
      pen.fillOval(x - 40, y - 40, 10 + random.nextInt(90), 10 + random.nextInt(90));
    }
  }
}
