// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * One track decoded, frame by frame, on the calling thread alone. What is whole before the first
 * damage is given; then the damage is thrown. For one thread.
 */
final class FfmpegDecoder implements AutoCloseable {

  private final FfmpegInput input;
  private final AVStream stream;
  private final int index;
  private final AVCodecContext codec;
  private final AVPacket packet;
  private final AVFrame frame;
  private @Nullable String fault;
  private boolean flushed;
  private double last = Double.NEGATIVE_INFINITY;

  private FfmpegDecoder(FfmpegInput input, int index, AVCodecContext codec) {
    this.input = input;
    this.index = index;
    this.stream = input.stream(index);
    this.codec = codec;
    this.packet = Ffmpeg.present(avcodec.av_packet_alloc(), "a packet");
    this.frame = Ffmpeg.present(avutil.av_frame_alloc(), "a frame");
  }

  /**
   * A decoder for a track; it closes the input, but not where this throws.
   *
   * @param limits how large frames may be
   * @throws MediaException when there is no decoder for it
   */
  static FfmpegDecoder open(FfmpegInput input, int index, DecodeLimits limits)
      throws MediaException {
    AVCodecParameters parameters = input.stream(index).codecpar();
    AVCodec found = avcodec.avcodec_find_decoder(parameters.codec_id());
    if (found == null || found.isNull()) {
      throw new MediaException(
          "no decoder for " + avcodec.avcodec_get_name(parameters.codec_id()).getString());
    }
    AVCodecContext codec = Ffmpeg.present(avcodec.avcodec_alloc_context3(found), "a decoder");
    try {
      Ffmpeg.check(
          avcodec.avcodec_parameters_to_context(codec, parameters), "the track cannot be read");
      codec.thread_count(1);
      codec.max_pixels(limits.pixels());
      codec.pkt_timebase(input.stream(index).time_base());
      Ffmpeg.check(
          avcodec.avcodec_open2(codec, found, (org.bytedeco.ffmpeg.avutil.AVDictionary) null),
          "the track cannot be decoded");
      return new FfmpegDecoder(input, index, codec);
    } catch (MediaException | RuntimeException e) {
      avcodec.avcodec_free_context(codec);
      throw e;
    }
  }

  AVStream stream() {
    return stream;
  }

  /**
   * The next frame, valid until the next call.
   *
   * @return null behind the last
   * @throws MediaException at the first damage, when all that was whole before it was given
   * @throws IOException when the input breaks
   */
  @Nullable AVFrame next() throws IOException, MediaException {
    input.progress();
    while (true) {
      int result = avcodec.avcodec_receive_frame(codec, frame);
      if (result == 0) {
        if (isDamaged(frame)) {
          fault("frames are damaged");
          continue;
        }
        return frame;
      }
      if (result == avutil.AVERROR_EOF()) {
        String missing = fault == null ? input.missing() : fault;
        if (missing != null) {
          throw new MediaException(missing);
        }
        return null;
      }
      if (result != avutil.AVERROR_EAGAIN()) {
        fault(Ffmpeg.text(result));
      } else {
        feed();
      }
    }
  }

  private static boolean isDamaged(AVFrame frame) {
    return (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags() != 0;
  }

  private void fault(String what) throws MediaException {
    if (fault == null) {
      fault =
          last == Double.NEGATIVE_INFINITY
              ? "it is damaged: " + what
              : String.format(
                  java.util.Locale.ROOT, "it is damaged after %.2f seconds: %s", last, what);
    } else if (flushed) {
      throw new MediaException(fault);
    }
  }

  private void feed() throws IOException, MediaException {
    while (fault == null) {
      switch (input.read(packet)) {
        case END -> {
          flush();
          return;
        }
        case DAMAGED -> fault("the file is cut off or broken");
        case WHOLE -> {
          if (packet.stream_index() == index) {
            send();
            return;
          }
          avcodec.av_packet_unref(packet);
        }
      }
    }
    flush();
  }

  private void send() throws MediaException {
    int result = avcodec.avcodec_send_packet(codec, packet);
    avcodec.av_packet_unref(packet);
    if (result < 0) {
      fault(Ffmpeg.text(result));
    }
  }

  private void flush() throws MediaException {
    if (flushed) {
      throw new MediaException(fault == null ? "the decoder gives no end" : fault);
    }
    flushed = true;
    avcodec.avcodec_send_packet(codec, (AVPacket) null);
  }

  /**
   * When a frame is shown, in seconds.
   *
   * @param before the time of the frame before, for files without times; NaN for the first
   */
  double seconds(AVFrame shown, double before) {
    long time = shown.best_effort_timestamp();
    if (time != avutil.AV_NOPTS_VALUE) {
      last = FfmpegInput.seconds(time, stream.time_base());
    } else {
      last = Double.isNaN(before) ? 0 : before + duration(shown);
    }
    return last;
  }

  /** How long a frame is shown, in seconds, as far as the file says; else 0. */
  double duration(AVFrame shown) {
    return FrameSpan.duration(shown.duration(), stream);
  }

  @Override
  public void close() throws IOException {
    avutil.av_frame_free(frame);
    avcodec.av_packet_free(packet);
    avcodec.avcodec_free_context(codec);
    input.close();
  }
}
