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

/** Files of pictures: parts of photos where there are some, else coloured shapes. */
final class Pictures {

  /** What the files are. */
  enum Kind {
    /** As cameras and the web give them: to be decoded and resized. */
    JPEG(new int[][] {{500, 400}, {400, 500}, {640, 480}, {800, 600}}),
    /** Pixels as they are, of the size that the module takes. */
    BMP(new int[][] {{224, 224}});

    private final int[][] sizes;

    Kind(int[][] sizes) {
      this.sizes = sizes;
    }

    private String ending() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int SHAPES = 400;

  private Pictures() {}

  /** Makes a folder of so many, unless it is there. */
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
      int[] size = kind.sizes[i % kind.sizes.length];
      BufferedImage picture = new BufferedImage(size[0], size[1], BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = picture.createGraphics();
      if (photos.isEmpty()) {
        shapes(pen, size, random);
      } else {
        partOf(photos.get(i / kind.sizes.length % photos.size()), pen, size, random);
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

  /** A part that begins anywhere, of the photo made so large that it covers the picture. */
  private static void partOf(BufferedImage photo, Graphics2D pen, int[] size, Random random) {
    double scale = Math.max(1.1 * size[0] / photo.getWidth(), 1.1 * size[1] / photo.getHeight());
    int width = (int) Math.round(photo.getWidth() * Math.max(scale, 1));
    int height = (int) Math.round(photo.getHeight() * Math.max(scale, 1));
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    int left = -random.nextInt(width - size[0] + 1);
    int top = -random.nextInt(height - size[1] + 1);
    pen.drawImage(photo, left, top, width, height, null);
  }

  private static void shapes(Graphics2D pen, int[] size, Random random) {
    for (int i = 0; i < SHAPES; i++) {
      pen.setColor(new Color(random.nextInt(1 << 24)));
      int x = random.nextInt(size[0]);
      int y = random.nextInt(size[1]);
      pen.fillOval(x - 40, y - 40, 10 + random.nextInt(90), 10 + random.nextInt(90));
    }
  }
}
