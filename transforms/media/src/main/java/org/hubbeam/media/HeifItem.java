// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How the main picture of a HEIC or AVIF file is to be shown. FFmpeg does not tell, and refuses
 * files whose pictures are cut.
 *
 * @see <a href="https://www.iso.org/standard/83650.html">ISO/IEC 23008-12: HEIF</a>
 */
final class HeifItem {

  private static final int QUARTER_LEFT = 8;
  private static final int HALF = 3;
  private static final int QUARTER_RIGHT = 6;
  private static final int TOP_DOWN = 4;
  private static final int LEFT_RIGHT = 2;

  private final ByteBuffer file;
  private final List<Box> properties = new ArrayList<>();
  private final List<Box> own = new ArrayList<>();
  private long item = -1;

  /** What is between two bytes, without its head. */
  private record Box(String name, int from, int to) {}

  private HeifItem(byte[] bytes) {
    file = ByteBuffer.wrap(bytes);
  }

  /** The main picture of a file; without anything to do where the file is damaged. */
  static HeifItem of(byte[] bytes) {
    HeifItem main = new HeifItem(bytes);
    try {
      main.read();
    } catch (IndexOutOfBoundsException e) {
      main.own.clear();
    }
    return main;
  }

  private void read() {
    for (Box top : boxes(0, file.limit())) {
      if (top.name.equals("meta")) {
        List<Box> meta = boxes(top.from + 4, top.to);
        meta.stream().filter(b -> b.name.equals("pitm")).forEach(this::readItem);
        meta.stream().filter(b -> b.name.equals("iprp")).forEach(this::readProperties);
      }
    }
  }

  private void readItem(Box box) {
    item = file.get(box.from) == 0 ? unsignedShort(box.from + 4) : file.getInt(box.from + 4);
  }

  private void readProperties(Box box) {
    for (Box part : boxes(box.from, box.to)) {
      if (part.name.equals("ipco")) {
        properties.addAll(boxes(part.from, part.to));
      } else if (part.name.equals("ipma")) {
        readUses(part);
      }
    }
  }

  private void readUses(Box box) {
    boolean longItems = file.get(box.from) > 0;
    boolean longNumbers = (file.get(box.from + 3) & 1) != 0;
    int at = box.from + 8;
    for (int left = file.getInt(box.from + 4); left > 0; left--) {
      long of = longItems ? file.getInt(at) : unsignedShort(at);
      at += longItems ? 4 : 2;
      int count = file.get(at++) & 0xff;
      for (int i = 0; i < count; i++) {
        int number = longNumbers ? unsignedShort(at) & 0x7fff : file.get(at) & 0x7f;
        at += longNumbers ? 2 : 1;
        if (of == item && number > 0 && number <= properties.size()) {
          own.add(properties.get(number - 1));
        }
      }
    }
  }

  private List<Box> boxes(int from, int to) {
    List<Box> boxes = new ArrayList<>();
    int at = from;
    while (at + 8 <= to) {
      long size = Integer.toUnsignedLong(file.getInt(at));
      int head = size == 1 ? 16 : 8;
      long end = size == 0 ? to : at + (size == 1 ? file.getLong(at + 8) : size);
      if (end < at + head || end > to) {
        break;
      }
      byte[] name = new byte[4];
      file.get(at + 4, name);
      boxes.add(new Box(new String(name, StandardCharsets.ISO_8859_1), at + head, (int) end));
      at = (int) end;
    }
    return boxes;
  }

  private int unsignedShort(int at) {
    return Short.toUnsignedInt(file.getShort(at));
  }

  /** The file, in which FFmpeg finds nothing that is cut. */
  byte[] uncut() {
    ByteBuffer copy = ByteBuffer.wrap(file.array().clone());
    properties.stream()
        .filter(p -> p.name.equals("clap"))
        .forEach(p -> copy.put(p.from - 4, "free".getBytes(StandardCharsets.ISO_8859_1)));
    return copy.array();
  }

  /** The part of a picture that is to be seen, without being turned. */
  Pixels cut(Pixels pixels) {
    Pixels seen = pixels;
    for (Box property : own) {
      if (property.name.equals("clap")) {
        seen = cut(seen, property.from);
      }
    }
    return seen;
  }

  private Pixels cut(Pixels pixels, int at) {
    double width = fraction(at);
    double height = fraction(at + 8);
    int left = (int) Math.round((pixels.size().width() - width) / 2 + fraction(at + 16));
    int top = (int) Math.round((pixels.size().height() - height) / 2 + fraction(at + 24));
    int columns = (int) Math.round(width);
    int rows = (int) Math.round(height);
    boolean inside =
        left >= 0
            && top >= 0
            && columns > 0
            && rows > 0
            && (long) left + columns <= pixels.size().width()
            && (long) top + rows <= pixels.size().height();
    if (!inside) {
      return pixels;
    }
    int bands = pixels.bands();
    byte[] data = new byte[rows * columns * bands];
    for (int y = 0; y < rows; y++) {
      int from = ((top + y) * pixels.size().width() + left) * bands;
      System.arraycopy(pixels.data(), from, data, y * columns * bands, columns * bands);
    }
    return new Pixels(new ImageSize(rows, columns), bands, data);
  }

  private double fraction(int at) {
    return (double) file.getInt(at) / file.getInt(at + 4);
  }

  /** A picture as it is to be seen: turned and mirrored, in the order of the file. */
  Image upright(Image image) {
    Image seen = image;
    for (Box property : own) {
      int value = property.from < property.to ? file.get(property.from) : 0;
      if (property.name.equals("irot")) {
        seen =
            switch (value & 3) {
              case 1 -> ExifOrientation.upright(seen, QUARTER_LEFT);
              case 2 -> ExifOrientation.upright(seen, HALF);
              case 3 -> ExifOrientation.upright(seen, QUARTER_RIGHT);
              default -> seen;
            };
      } else if (property.name.equals("imir")) {
        seen = ExifOrientation.upright(seen, (value & 1) == 0 ? TOP_DOWN : LEFT_RIGHT);
      }
    }
    return seen;
  }
}
