// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Decoded sound at another rate, its channels averaged. For one thread. */
final class FfmpegResampler implements AutoCloseable {

  private static final String REFUSED = "the sound cannot be resampled";

  /** The most samples of a channel at once: a low rate in the file makes very many of few. */
  private static final int BLOCK = 1 << 16;

  private final int sampleRate;
  private final SwrContext context = new SwrContext(null);
  private @Nullable AVFrame like;

  FfmpegResampler(int sampleRate) {
    this.sampleRate = sampleRate;
  }

  /** Takes samples, and may refuse them. */
  interface Sink {
    void add(float[] samples) throws MediaException;
  }

  /**
   * Gives what comes out by now; some of it comes out with a later frame.
   *
   * @throws MediaException when the frame has not the rate and channels of those before, or more
   *     than {@link SoundLimits} allow
   */
  void convert(AVFrame frame, Sink sink) throws MediaException {
    AVFrame first = like == null ? open(frame) : like;
    boolean same =
        first.sample_rate() == frame.sample_rate()
            && first.format() == frame.format()
            && first.ch_layout().nb_channels() == frame.ch_layout().nb_channels();
    if (!same) {
      throw new MediaException("the sound's rate or channels change");
    }
    run(first, frame.extended_data(), frame.nb_samples(), sink);
  }

  /** Gives what is left when all frames were converted. */
  void rest(Sink sink) throws MediaException {
    if (like != null) {
      run(like, null, 0, sink);
    }
  }

  private AVFrame open(AVFrame frame) throws MediaException {
    SoundLimits.check(frame.sample_rate(), frame.ch_layout().nb_channels(), sampleRate);
    AVFrame first = Ffmpeg.present(avutil.av_frame_alloc(), "a frame");
    like = first;
    Ffmpeg.check(avutil.av_channel_layout_copy(first.ch_layout(), frame.ch_layout()), REFUSED);
    first.sample_rate(frame.sample_rate());
    first.format(frame.format());
    Ffmpeg.check(
        swresample.swr_alloc_set_opts2(
            context,
            first.ch_layout(),
            avutil.AV_SAMPLE_FMT_FLTP,
            sampleRate,
            first.ch_layout(),
            first.format(),
            first.sample_rate(),
            0,
            null),
        REFUSED);
    Ffmpeg.check(swresample.swr_init(context), REFUSED);
    return first;
  }

  private void run(AVFrame first, @Nullable PointerPointer<?> planes, int samples, Sink sink)
      throws MediaException {
    int expected =
        Math.max(1, Ffmpeg.check(swresample.swr_get_out_samples(context, samples), REFUSED));
    int most = Math.min(expected, BLOCK);
    AVFrame into = Ffmpeg.present(avutil.av_frame_alloc(), "a frame");
    try {
      into.format(avutil.AV_SAMPLE_FMT_FLTP);
      into.nb_samples(most);
      Ffmpeg.check(avutil.av_channel_layout_copy(into.ch_layout(), first.ch_layout()), REFUSED);
      Ffmpeg.check(avutil.av_frame_get_buffer(into, 0), REFUSED);
      int left = samples;
      int count;
      do {
        count =
            Ffmpeg.check(
                swresample.swr_convert(context, into.extended_data(), most, planes, left), REFUSED);
        left = 0;
        into.nb_samples(count);
        sink.add(average(into));
      } while (count == most && expected > most);
    } finally {
      avutil.av_frame_free(into);
    }
  }

  private static float[] average(AVFrame frame) {
    int count = frame.nb_samples();
    int channels = frame.ch_layout().nb_channels();
    float[] plane = new float[count];
    float[] mono = new float[count];
    for (int channel = 0; channel < channels && count > 0; channel++) {
      new FloatPointer(frame.extended_data(channel)).get(plane);
      for (int i = 0; i < count; i++) {
        mono[i] += plane[i];
      }
    }
    for (int i = 0; i < count && channels > 1; i++) {
      mono[i] /= channels;
    }
    return mono;
  }

  @Override
  public void close() {
    swresample.swr_free(context);
    if (like != null) {
      avutil.av_frame_free(like);
    }
  }
}
