// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerPointer;

/** Clips with one video track, written by FFmpeg's encoders. */
final class ClipWriter implements AutoCloseable {

  private final ImageSize size;
  private final AVFormatContext format;
  private final AVCodecContext codec;
  private final AVStream stream;
  private final AVPacket packet = avcodec.av_packet_alloc();
  private final AVFrame rgb;
  private final AVFrame frame;
  private final SwsContext scaler;
  private long next;

  /**
   * Frames of a size at a pace, encoded as the file's ending has it: {@code mp4}, {@code mkv},
   * {@code avi}, {@code webm}, {@code gif}.
   */
  ClipWriter(Path file, ImageSize size, int framesPerSecond) {
    this.size = size;
    Ffmpeg.load();
    String name = file.toString();
    format = new AVFormatContext(null);
    check(avformat.avformat_alloc_output_context2(format, null, (String) null, name));
    AVCodec encoder = encoder(name.substring(name.lastIndexOf('.') + 1));
    codec = avcodec.avcodec_alloc_context3(encoder);
    codec.width(size.width()).height(size.height());
    codec.time_base(new AVRational().num(1).den(framesPerSecond));
    codec.framerate(new AVRational().num(framesPerSecond).den(1));
    boolean gif = name.endsWith(".gif");
    codec.pix_fmt(gif ? avutil.AV_PIX_FMT_RGB8 : avutil.AV_PIX_FMT_YUV420P);
    codec.bit_rate(4_000_000);
    codec.gop_size(5);
    if ((format.oformat().flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
      codec.flags(codec.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    check(avcodec.avcodec_open2(codec, encoder, (AVDictionary) null));
    stream = avformat.avformat_new_stream(format, encoder);
    check(avcodec.avcodec_parameters_from_context(stream.codecpar(), codec));
    stream.time_base(codec.time_base());
    stream.avg_frame_rate(codec.framerate());
    AVIOContext io = new AVIOContext(null);
    check(avformat.avio_open(io, name, avformat.AVIO_FLAG_WRITE));
    format.pb(io);
    check(avformat.avformat_write_header(format, (PointerPointer<?>) null));
    rgb = frame(avutil.AV_PIX_FMT_RGB24);
    frame = frame(codec.pix_fmt());
    scaler =
        swscale.sws_getContext(
            size.width(),
            size.height(),
            avutil.AV_PIX_FMT_RGB24,
            size.width(),
            size.height(),
            codec.pix_fmt(),
            swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND,
            null,
            null,
            (DoublePointer) null);
  }

  private static AVCodec encoder(String ending) {
    int id =
        switch (ending) {
          case "gif" -> avcodec.AV_CODEC_ID_GIF;
          case "webm" -> avcodec.AV_CODEC_ID_VP8;
          default -> avcodec.AV_CODEC_ID_MPEG4;
        };
    AVCodec encoder = avcodec.avcodec_find_encoder(id);
    if (encoder == null) {
      throw new IllegalStateException("no encoder for " + ending);
    }
    return encoder;
  }

  private AVFrame frame(int pixelFormat) {
    AVFrame made = avutil.av_frame_alloc();
    made.width(size.width());
    made.height(size.height());
    made.format(pixelFormat);
    check(avutil.av_frame_get_buffer(made, 0));
    return made;
  }

  /** Adds a frame, shown one step after the one before. */
  void add(Image image) {
    check(avutil.av_frame_make_writable(frame));
    check(avutil.av_frame_make_writable(rgb));
    int line = 3 * size.width();
    BytePointer data = rgb.data(0);
    for (int y = 0; y < size.height(); y++) {
      data.position((long) y * rgb.linesize(0)).put(image.pixels(), y * line, line);
    }
    check(swscale.sws_scale_frame(scaler, frame, rgb));
    frame.pts(next++);
    encode(frame);
  }

  private void encode(AVFrame given) {
    check(avcodec.avcodec_send_frame(codec, given));
    while (avcodec.avcodec_receive_packet(codec, packet) == 0) {
      if (packet.duration() == 0) {
        packet.duration(1);
      }
      avcodec.av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
      packet.stream_index(0);
      check(avformat.av_interleaved_write_frame(format, packet));
    }
  }

  @Override
  public void close() {
    encode(null);
    check(avformat.av_write_trailer(format));
    avformat.avio_close(format.pb());
    avformat.avformat_free_context(format);
    avcodec.avcodec_free_context(codec);
    avcodec.av_packet_free(packet);
    avutil.av_frame_free(rgb);
    avutil.av_frame_free(frame);
    swscale.sws_freeContext(scaler);
  }

  private static void check(int result) {
    if (result < 0) {
      throw new IllegalStateException(Ffmpeg.text(result));
    }
  }
}
