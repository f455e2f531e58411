// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * From when to when there are frames.
 *
 * @param start when the first frame is shown, in seconds
 * @param end until when the last one is
 */
record FrameSpan(double start, double end) {

  /**
   * Reads a clip without decoding, as far as it is whole.
   *
   * @throws MediaException when there is no video track, or no frame in it
   */
  static FrameSpan of(FfmpegFile file, DecodeLimits limits) throws IOException, MediaException {
    try (FfmpegInput input = file.input(FfmpegFile.Kind.VIDEO, limits)) {
      int index = input.track(FfmpegFile.Kind.VIDEO);
      AVPacket packet = Ffmpeg.present(avcodec.av_packet_alloc(), "a packet");
      double start = Double.POSITIVE_INFINITY;
      double end = Double.NEGATIVE_INFINITY;
      try {
        while (input.read(packet) == FfmpegInput.Read.WHOLE) {
          input.progress();
          boolean shown =
              packet.stream_index() == index && (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0;
          long time = packet.pts() == avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
          if (shown && time != avutil.AV_NOPTS_VALUE) {
            double seconds = FfmpegInput.seconds(time, input.stream(index).time_base());
            start = Math.min(start, seconds);
            end = Math.max(end, seconds + duration(packet.duration(), input.stream(index)));
          }
          avcodec.av_packet_unref(packet);
        }
      } finally {
        avcodec.av_packet_free(packet);
      }
      if (start > end) {
        throw new MediaException("no frame with a time in the video track");
      }
      return new FrameSpan(start, end);
    }
  }

  /** How long a frame is shown, in seconds, as far as the file says; else 0. */
  static double duration(long duration, AVStream stream) {
    if (duration > 0) {
      return FfmpegInput.seconds(duration, stream.time_base());
    }
    AVRational rate = stream.avg_frame_rate();
    return rate.num() > 0 && rate.den() > 0 ? (double) rate.den() / rate.num() : 0;
  }
}
