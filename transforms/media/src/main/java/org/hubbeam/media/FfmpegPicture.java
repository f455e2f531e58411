// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avformat.AVStreamGroup;
import org.bytedeco.ffmpeg.avformat.AVStreamGroupTileGrid;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Pictures that FFmpeg decodes: HEIC and AVIF, whose tiles are joined and of which the main picture
 * is taken, and JPEG 2000. Transparency that HEIC and AVIF store as another picture is dropped.
 */
final class FfmpegPicture {

  private final FfmpegFile file;
  private final String formats;
  private final Decoding decoding;

  private FfmpegPicture(FfmpegFile file, String formats, Decoding decoding) {
    this.file = file;
    this.formats = formats;
    this.decoding = decoding;
  }

  /**
   * Decodes a picture, turned as it is to be seen.
   *
   * @throws MediaException when this FFmpeg lacks the decoder, or the picture is damaged or larger
   *     than the limits
   */
  static Image decode(ImageFormat format, byte[] bytes, Channels channels, Decoding decoding)
      throws IOException, MediaException {
    AVCodec decoder = avcodec.avcodec_find_decoder(codec(format));
    if (decoder == null || decoder.isNull()) {
      throw new MediaException("is a " + format + " image, which this FFmpeg cannot decode");
    }
    String formats = format == ImageFormat.JPEG_2000 ? "j2k_pipe" : "jpegxl_pipe";
    boolean container = format == ImageFormat.HEIC || format == ImageFormat.AVIF;
    HeifItem item = HeifItem.of(container ? bytes : new byte[0]);
    FfmpegFile file = FfmpegFile.of(container ? item.uncut() : bytes);
    try {
      Pixels pixels = new FfmpegPicture(file, container ? "mov" : formats, decoding).pixels();
      Image image = item.cut(pixels).image(channels, decoding.alpha());
      return decoding.orientation() == Orientation.APPLY ? item.upright(image) : image;
    } catch (MediaException e) {
      throw new MediaException("the " + format + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static int codec(ImageFormat format) {
    return switch (format) {
      case HEIC -> avcodec.AV_CODEC_ID_HEVC;
      case AVIF -> avcodec.AV_CODEC_ID_AV1;
      case JPEG_2000 -> avcodec.AV_CODEC_ID_JPEG2000;
      case JPEG_XL -> avcodec.AV_CODEC_ID_JPEGXL;
      default -> throw new IllegalArgumentException(format.toString());
    };
  }

  private Pixels pixels() throws IOException, MediaException {
    try (FfmpegInput input = input()) {
      AVStreamGroup tiles = input.tiles().orElse(null);
      return tiles == null ? frame(input.track(FfmpegFile.Kind.VIDEO)) : joined(tiles);
    }
  }

  private FfmpegInput input() throws IOException, MediaException {
    return FfmpegInput.open(file.open(), decoding.limits(), formats);
  }

  private Pixels joined(AVStreamGroup tiles) throws IOException, MediaException {
    AVStreamGroupTileGrid grid = tiles.params_tile_grid();
    decoding.limits().check(grid.height(), grid.width());
    ImageSize size = new ImageSize(grid.height(), grid.width());
    byte[] all = new byte[Math.toIntExact(size.pixels() * 3)];
    for (int i = 0; i < grid.nb_tiles(); i++) {
      Image tile =
          frame(tiles.streams(grid.offsets_idx(i)).index()).image(Channels.RGB, Alpha.DROP);
      int left = grid.offsets_horizontal(i) - grid.horizontal_offset();
      int top = grid.offsets_vertical(i) - grid.vertical_offset();
      int from = Math.max(0, -left);
      int to = Math.min(tile.width(), size.width() - left);
      for (int y = Math.max(0, -top); y < Math.min(tile.height(), size.height() - top); y++) {
        if (from < to) {
          int at = ((top + y) * size.width() + left + from) * 3;
          System.arraycopy(tile.pixels(), (y * tile.width() + from) * 3, all, at, (to - from) * 3);
        }
      }
    }
    return new Pixels(size, 3, all);
  }

  private Pixels frame(int index) throws IOException, MediaException {
    FfmpegInput input = input();
    try (FfmpegDecoder decoder = FfmpegDecoder.open(input, index, decoding.limits())) {
      AVFrame frame = decoder.next();
      if (frame == null) {
        throw new MediaException("it has no picture");
      }
      Channels channels = channels(frame);
      try (FramePixels pixels =
          new FramePixels(channels, ExifOrientation.UPRIGHT, decoding.limits())) {
        Image image = pixels.of(frame);
        return new Pixels(image.size(), channels.count(), image.pixels());
      }
    }
  }

  private static Channels channels(AVFrame frame) {
    AVPixFmtDescriptor pixel = avutil.av_pix_fmt_desc_get(frame.format());
    if ((pixel.flags() & avutil.AV_PIX_FMT_FLAG_ALPHA) != 0) {
      return Channels.RGBA;
    }
    return pixel.nb_components() < 3 ? Channels.GREY : Channels.RGB;
  }
}
