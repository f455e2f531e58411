// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.hubbeam.batch.Internal;

/** Draws boxes with labels and scores on an image, with one colour for each label. */
@Internal
public final class BoxDrawer {

  private static final List<Color> COLOURS =
      List.of(
          new Color(0xe6194b),
          new Color(0x3cb44b),
          new Color(0x4363d8),
          new Color(0xf58231),
          new Color(0x911eb4),
          new Color(0x008080),
          new Color(0xf032e6),
          new Color(0x9a6324));

  private BoxDrawer() {}

  /** A copy of the image with the boxes on it, the first one on top. */
  public static Image draw(Image image, List<Box> boxes) {
    BufferedImage canvas = JavaImages.of(image);
    Graphics2D graphics = canvas.createGraphics();
    int side = Math.min(image.height(), image.width());
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setStroke(new BasicStroke(Math.max(1, side / 150f)));
    for (int i = boxes.size() - 1; i >= 0; i--) {
      draw(graphics, image.size(), boxes.get(i));
    }
    graphics.dispose();
    return JavaImages.image(canvas, image.channels());
  }

  private static void draw(Graphics2D graphics, ImageSize size, Box box) {
    int left = pixel(box.xmin(), size.width());
    int top = pixel(box.ymin(), size.height());
    int right = pixel(box.xmax(), size.width());
    int bottom = pixel(box.ymax(), size.height());
    Color colour = COLOURS.get(Math.floorMod(box.label().hashCode(), COLOURS.size()));
    graphics.setColor(colour);
    graphics.drawRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
    if (!box.label().isEmpty()) {
      label(graphics, size, box, left, top);
    }
  }

  private static void label(Graphics2D graphics, ImageSize size, Box box, int left, int top) {
    String text = String.format(Locale.ROOT, "%s %.2f", box.label(), box.score());
    int points = Math.max(9, Math.min(size.height(), size.width()) / 28);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, points));
    FontMetrics metrics = graphics.getFontMetrics();
    int height = metrics.getAscent() + metrics.getDescent();
    int width = metrics.stringWidth(text) + 4;
    int x = Math.max(0, Math.min(left, size.width() - width));
    int y = top >= height ? top - height : top;
    graphics.fillRect(x, y, width, height);
    graphics.setColor(Color.WHITE);
    graphics.drawString(text, x + 2, y + metrics.getAscent());
  }

  /** The nearest pixel of the image; detectors give sides a little outside of it. */
  private static int pixel(float part, int pixels) {
    return Math.max(0, Math.min(pixels - 1, Math.round(part * (pixels - 1))));
  }
}
