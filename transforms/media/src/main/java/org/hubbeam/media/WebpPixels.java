// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * The pixels of a WebP file of one frame. FFmpeg decodes it; where it gives brightness and colour,
 * RGB is made of them here, with libwebp's arithmetic.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9649">RFC 9649: WebP Image Format</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6386">RFC 6386: VP8 Data Format</a>
 */
final class WebpPixels {

  /** More than the sides are rounded up to. */
  private static final int BLOCK = 64;

  private WebpPixels() {}

  /** Decodes a file. */
  static Pixels decode(byte[] file, ImageSize size) throws MediaException {
    AVCodec found = avcodec.avcodec_find_decoder(avcodec.AV_CODEC_ID_WEBP);
    AVCodecContext codec = Ffmpeg.present(avcodec.avcodec_alloc_context3(found), "a decoder");
    AVPacket packet = Ffmpeg.present(avcodec.av_packet_alloc(), "a packet");
    AVFrame frame = Ffmpeg.present(avutil.av_frame_alloc(), "a frame");
    try {
      codec.thread_count(1);
      codec.max_pixels((size.height() + BLOCK) * (long) (size.width() + BLOCK));
      check(avcodec.avcodec_open2(codec, found, (AVDictionary) null));
      check(avcodec.av_new_packet(packet, file.length));
      packet.data().put(file, 0, file.length);
      check(avcodec.avcodec_send_packet(codec, packet));
      check(avcodec.avcodec_receive_frame(codec, frame));
      return pixels(frame, size);
    } finally {
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(codec);
    }
  }

  private static void check(int result) throws MediaException {
    Ffmpeg.check(result, "the WebP is damaged or cut off");
  }

  private static Pixels pixels(AVFrame frame, ImageSize size) throws MediaException {
    if (frame.height() != size.height() || frame.width() != size.width()) {
      throw new MediaException("the WebP is damaged: its frame has not the size of its header");
    }
    int format = frame.format();
    if (format == avutil.AV_PIX_FMT_ARGB) {
      return colours(plane(frame, 0, 4 * size.width(), size.height()), size);
    }
    int halfWidth = (size.width() + 1) / 2;
    int halfHeight = (size.height() + 1) / 2;
    byte[] light = plane(frame, 0, size.width(), size.height());
    byte[] blue = plane(frame, 1, halfWidth, halfHeight);
    byte[] red = plane(frame, 2, halfWidth, halfHeight);
    byte[] alpha =
        format == avutil.AV_PIX_FMT_YUVA420P ? plane(frame, 3, size.width(), size.height()) : null;
    return new WebpColours(size, light, blue, red).pixels(alpha);
  }

  private static byte[] plane(AVFrame frame, int number, int width, int height) {
    byte[] plane = new byte[Math.multiplyExact(width, height)];
    BytePointer data = frame.data(number);
    for (int y = 0; y < height; y++) {
      data.position((long) y * frame.linesize(number)).get(plane, y * width, width);
    }
    return plane;
  }

  private static Pixels colours(byte[] data, ImageSize size) {
    for (int i = 0; i < data.length; i += 4) {
      byte alpha = data[i];
      data[i] = data[i + 1];
      data[i + 1] = data[i + 2];
      data[i + 2] = data[i + 3];
      data[i + 3] = alpha;
    }
    return new Pixels(size, 4, data);
  }
}
