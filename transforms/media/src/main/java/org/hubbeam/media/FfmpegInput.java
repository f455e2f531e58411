// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avformat.AVStreamGroup;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** A container with its tracks, opened and looked at, read packet by packet. For one thread. */
final class FfmpegInput implements AutoCloseable {

  private static final String FORMATS =
      "mov,matroska,avi,gif,wav,w64,mp3,ogg,flac,aac,aiff,au,caf,flv,asf,mpegts,mpeg";
  private static final String NOTHING = "no clip and no sound of a known format";
  private static final double MICROSECONDS = 1e6;

  /** A container may promise more than there is by this part of it, and by so many seconds. */
  private static final double LONGER_PART = 0.01;

  private static final double LONGER_SECONDS = 0.25;

  /** How many zeros may stand behind a GIF. */
  private static final int GIF_TAIL = 64;

  private final FfmpegChannel channel;
  private final AVFormatContext format;
  private final DecodeLimits limits;
  private double end = Double.NEGATIVE_INFINITY;

  private FfmpegInput(FfmpegChannel channel, AVFormatContext format, DecodeLimits limits) {
    this.channel = channel;
    this.format = format;
    this.limits = limits;
  }

  /**
   * Opens what a channel holds.
   *
   * @param channel taken over, and closed
   * @param limits how large frames may be
   * @throws MediaException when it is nothing that can be read, or has larger frames
   * @throws IOException when the channel breaks
   */
  static FfmpegInput open(SeekableByteChannel channel, DecodeLimits limits)
      throws IOException, MediaException {
    return open(channel, limits, FORMATS);
  }

  /**
   * Opens what a channel holds, if it is of one of these formats of FFmpeg.
   *
   * @throws MediaException when it is nothing that can be read, or has larger frames
   * @throws IOException when the channel breaks
   */
  static FfmpegInput open(SeekableByteChannel channel, DecodeLimits limits, String formats)
      throws IOException, MediaException {
    Ffmpeg.load();
    FfmpegChannel io = new FfmpegChannel(channel);
    try {
      MovTables.check(channel);
      FfmpegInput input = new FfmpegInput(io, format(io, formats), limits);
      try {
        input.look();
      } catch (IOException | MediaException | RuntimeException e) {
        avformat.avformat_close_input(input.format);
        throw e;
      }
      return input;
    } catch (IOException | MediaException | RuntimeException e) {
      io.close();
      throw e;
    }
  }

  private static AVFormatContext format(FfmpegChannel io, String formats)
      throws IOException, MediaException {
    AVFormatContext format = Ffmpeg.present(avformat.avformat_alloc_context(), "a container");
    format.pb(io.context());
    AVDictionary options = new AVDictionary();
    avutil.av_dict_set(options, "format_whitelist", formats, 0);
    int result = avformat.avformat_open_input(format, "", null, options);
    avutil.av_dict_free(options);
    io.rethrow();
    Ffmpeg.check(result, formats.equals(FORMATS) ? NOTHING : "it is damaged");
    return format;
  }

  private void look() throws IOException, MediaException {
    if (format.iformat().name().getString().equals("gif") && !endsAsGif(channel.tail(GIF_TAIL))) {
      throw new MediaException("the GIF is cut off");
    }
    checkSizes();
    int count = format.nb_streams();
    try (PointerPointer<AVDictionary> options = new PointerPointer<>(Math.max(count, 1))) {
      for (int i = 0; i < count; i++) {
        AVDictionary most = new AVDictionary();
        avutil.av_dict_set(most, "max_pixels", Long.toString(limits.pixels()), 0);
        options.put(i, most);
      }
      int result = avformat.avformat_find_stream_info(format, options);
      for (int i = 0; i < count; i++) {
        avutil.av_dict_free(new AVDictionary(options.get(i)));
      }
      channel.rethrow();
      Ffmpeg.check(result, "the tracks cannot be read");
    }
    checkSizes();
  }

  private void checkSizes() throws MediaException {
    for (int i = 0; i < format.nb_streams(); i++) {
      AVCodecParameters track = format.streams(i).codecpar();
      if (track.codec_type() == avutil.AVMEDIA_TYPE_VIDEO && track.width() > 0) {
        limits.check(track.height(), track.width());
      }
    }
  }

  /** Something has come of what was read: reading may take its time again. */
  void progress() {
    channel.progress();
  }

  AVStream stream(int index) {
    return format.streams(index);
  }

  /** The tiles that make the main picture of the file; empty where it is one track. */
  Optional<AVStreamGroup> tiles() {
    for (int i = 0; i < format.nb_stream_groups(); i++) {
      AVStreamGroup group = format.stream_groups(i);
      if (group.type() == avformat.AV_STREAM_GROUP_PARAMS_TILE_GRID) {
        return Optional.of(group);
      }
    }
    return Optional.empty();
  }

  /**
   * The best track of a kind; a picture on the cover of a sound is no track.
   *
   * @throws MediaException when there is none, or no decoder for it
   */
  int track(FfmpegFile.Kind kind) throws MediaException {
    int index =
        avformat.av_find_best_stream(format, kind.type(), -1, -1, (PointerPointer<?>) null, 0);
    boolean cover =
        index >= 0
            && (format.streams(index).disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0;
    if (index < 0 || cover) {
      throw new MediaException("no " + kind.word() + " track");
    }
    return index;
  }

  /**
   * Reads the next packet of any track.
   *
   * @return what is wrong with it; null when there is one
   * @throws IOException when the channel breaks
   */
  Read read(AVPacket packet) throws IOException {
    int result = avformat.av_read_frame(format, packet);
    channel.rethrow();
    if (result == avutil.AVERROR_EOF()) {
      return Read.END;
    }
    if (result < 0) {
      return Read.DAMAGED;
    }
    if ((packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0) {
      avcodec.av_packet_unref(packet);
      return Read.DAMAGED;
    }
    note(packet);
    return Read.WHOLE;
  }

  /** What came of reading a packet. */
  enum Read {
    WHOLE,
    DAMAGED,
    END
  }

  private void note(AVPacket packet) {
    long time = packet.pts() == avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
    if (time != avutil.AV_NOPTS_VALUE) {
      AVRational base = format.streams(packet.stream_index()).time_base();
      end = Math.max(end, seconds(time + Math.max(packet.duration(), 0), base));
    }
  }

  /** What is missing at the end, as far as the container says how long it is; null for nothing. */
  @Nullable String missing() {
    boolean promised =
        format.duration_estimation_method() == avformat.AVFMT_DURATION_FROM_STREAM
            && format.duration() > 0
            && format.duration() != avutil.AV_NOPTS_VALUE;
    if (!promised || Double.isInfinite(end)) {
      return null;
    }
    double length = format.duration() / MICROSECONDS;
    double start =
        format.start_time() == avutil.AV_NOPTS_VALUE ? 0 : format.start_time() / MICROSECONDS;
    double found = end - start;
    return length - found > LONGER_SECONDS + LONGER_PART * length
        ? String.format(java.util.Locale.ROOT, "it ends after %.2f of %.2f seconds", found, length)
        : null;
  }

  private static boolean endsAsGif(byte[] tail) {
    int last = tail.length - 1;
    while (last > 0 && tail[last] == 0) {
      last--;
    }
    return last >= 0 && tail[last] == ';';
  }

  static double seconds(long time, AVRational base) {
    return (double) time * base.num() / base.den();
  }

  @Override
  public void close() throws IOException {
    avformat.avformat_close_input(format);
    channel.close();
  }
}
