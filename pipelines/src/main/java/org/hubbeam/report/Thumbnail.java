// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.report;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.hubbeam.batch.DType;
import org.hubbeam.media.DecodeLimits;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageColumn;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.media.ImageSize;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.media.ImageWriter;
import org.hubbeam.media.MediaException;
import org.hubbeam.media.PixelRange;
import org.hubbeam.media.Resize;

/** A small picture as an address that has it in it. */
final class Thumbnail {

  private static final int SIDE = 224;

  private Thumbnail() {}

  /** Of an encoded picture; empty if it cannot be decoded. */
  static Optional<String> of(byte[] bytes) {
    try {
      byte[] png = ImageWriter.png(small(ImageDecoder.decode(bytes, DecodeLimits.DEFAULT)));
      ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
      boolean written = ImageIO.write(ImageIO.read(new ByteArrayInputStream(png)), "jpeg", jpeg);
      return Optional.of(
          written
              ? "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg.toByteArray())
              : "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
    } catch (MediaException | IOException e) {
      return Optional.empty();
    }
  }

  private static Image small(Image image) {
    int longer = Math.max(image.height(), image.width());
    if (longer <= SIDE) {
      return image;
    }
    ImageSize size =
        new ImageSize(
            Math.max(1, image.height() * SIDE / longer),
            Math.max(1, image.width() * SIDE / longer));
    ImageSpec spec =
        ImageSpec.DEFAULT
            .withSize(size)
            .withDtype(DType.UINT8)
            .withRange(PixelRange.ZERO_TO_255)
            .withResize(Resize.BILINEAR_ANTIALIAS);
    ImageColumn column = new ImageColumn(spec, size);
    column.add(image);
    return ImageWriter.image(column.build(), 0, PixelRange.ZERO_TO_255);
  }
}
