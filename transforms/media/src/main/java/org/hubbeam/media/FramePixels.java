// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/** Decoded frames as pixels, in the size that they have, turned as they are to be seen. */
final class FramePixels implements AutoCloseable {

  private static final int ONE = 1 << 16;
  private static final int HALF = 3;
  private static final int QUARTER_RIGHT = 6;
  private static final int QUARTER_LEFT = 8;

  private final Channels channels;
  private final int format;
  private final int orientation;
  private final DecodeLimits limits;
  private @Nullable SwsContext scaler;

  FramePixels(ImageSpec spec, AVCodecParameters track) {
    this(
        spec.channels(),
        spec.decoding().orientation() == Orientation.APPLY
            ? orientation(track)
            : ExifOrientation.UPRIGHT,
        spec.decoding().limits());
  }

  /**
   * Frames with these channels.
   *
   * @param orientation the number of EXIF by which they are turned
   */
  FramePixels(Channels channels, int orientation, DecodeLimits limits) {
    this.channels = channels;
    this.orientation = orientation;
    this.limits = limits;
    format =
        switch (channels) {
          case GREY -> avutil.AV_PIX_FMT_GRAY8;
          case RGB -> avutil.AV_PIX_FMT_RGB24;
          case RGBA -> avutil.AV_PIX_FMT_RGBA;
        };
  }

  /** The number of EXIF for the quarters by which the track says that it is to be turned. */
  private static int orientation(AVCodecParameters track) {
    AVPacketSideData matrix =
        track.nb_coded_side_data() == 0
            ? null
            : avcodec.av_packet_side_data_get(
                track.coded_side_data(),
                track.nb_coded_side_data(),
                avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix == null || matrix.isNull()) {
      return ExifOrientation.UPRIGHT;
    }
    double left = avutil.av_display_rotation_get(new IntPointer(matrix.data()));
    return switch (Math.floorMod(Math.round(-left / 90), 4)) {
      case 1 -> QUARTER_RIGHT;
      case 2 -> HALF;
      case 3 -> QUARTER_LEFT;
      default -> ExifOrientation.UPRIGHT;
    };
  }

  /** A frame's pixels. */
  Image of(AVFrame frame) throws MediaException {
    limits.check(frame.height(), frame.width());
    prepare(frame);
    AVFrame into = Ffmpeg.present(avutil.av_frame_alloc(), "a frame");
    try {
      into.width(frame.width());
      into.height(frame.height());
      into.format(format);
      Ffmpeg.check(avutil.av_frame_get_buffer(into, 0), "no memory for a frame");
      Ffmpeg.check(
          swscale.sws_scale_frame(scaler, into, frame), "a frame's colours cannot be read");
      return ExifOrientation.upright(new Image(size(frame), channels, copy(into)), orientation);
    } finally {
      avutil.av_frame_free(into);
    }
  }

  private static ImageSize size(AVFrame frame) {
    return new ImageSize(frame.height(), frame.width());
  }

  private void prepare(AVFrame frame) throws MediaException {
    scaler =
        swscale.sws_getCachedContext(
            scaler,
            frame.width(),
            frame.height(),
            frame.format(),
            frame.width(),
            frame.height(),
            format,
            swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT,
            null,
            null,
            (DoublePointer) null);
    if (scaler == null || scaler.isNull()) {
      throw new MediaException("a frame's colours cannot be read");
    }
    IntPointer colours = swscale.sws_getCoefficients(frame.colorspace());
    int full = frame.color_range() == avutil.AVCOL_RANGE_JPEG ? 1 : 0;
    swscale.sws_setColorspaceDetails(scaler, colours, full, colours, 1, 0, ONE, ONE);
  }

  private byte[] copy(AVFrame from) {
    int line = from.width() * channels.count();
    byte[] pixels = new byte[Math.multiplyExact(line, from.height())];
    BytePointer data = from.data(0);
    for (int y = 0; y < from.height(); y++) {
      data.position((long) y * from.linesize(0)).get(pixels, y * line, line);
    }
    return pixels;
  }

  @Override
  public void close() {
    swscale.sws_freeContext(scaler);
  }
}
