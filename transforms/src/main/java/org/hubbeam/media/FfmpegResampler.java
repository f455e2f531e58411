package org.hubbeam.media;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;

/** Decoded sound at another rate, its channels averaged. For one thread. */
final class FfmpegResampler implements AutoCloseable {

  private final int sampleRate;
  private final SwrContext context;
  private AVFrame like;

  FfmpegResampler(int sampleRate) {
    this.sampleRate = sampleRate;
    this.context = Ffmpeg.present(swresample.swr_alloc(), "a resampler");
  }

  /**
   * What comes out by now; some of it with a later frame.
   *
   * @throws MediaException when the frame has not the rate and channels of those before
   */
  float[] convert(AVFrame frame) throws MediaException {
    if (like == null) {
      like = Ffmpeg.present(avutil.av_frame_alloc(), "a frame");
      Ffmpeg.check(avutil.av_channel_layout_copy(like.ch_layout(), frame.ch_layout()), "channels");
      like.sample_rate(frame.sample_rate());
    }
    boolean same =
        like.sample_rate() == frame.sample_rate()
            && avutil.av_channel_layout_compare(like.ch_layout(), frame.ch_layout()) == 0;
    if (!same) {
      throw new MediaException("the sound's rate or channels change");
    }
    return run(frame);
  }

  /** What is left when all frames were converted. */
  float[] rest() throws MediaException {
    return like == null ? new float[0] : run(null);
  }

  private float[] run(AVFrame frame) throws MediaException {
    AVFrame into = Ffmpeg.present(avutil.av_frame_alloc(), "a frame");
    try {
      into.format(avutil.AV_SAMPLE_FMT_FLTP);
      into.sample_rate(sampleRate);
      Ffmpeg.check(avutil.av_channel_layout_copy(into.ch_layout(), like.ch_layout()), "channels");
      Ffmpeg.check(
          swresample.swr_convert_frame(context, into, frame), "the sound cannot be resampled");
      return average(into);
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
