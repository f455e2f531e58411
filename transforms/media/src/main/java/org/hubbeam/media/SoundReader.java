// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Reads whole files as sound: WAV of 8 to 32 bits and of floats, MP3, Ogg, FLAC, AAC, the sound
 * track of a video, and other formats of FFmpeg, detected from the content. Channels are averaged,
 * as {@code librosa.to_mono} does, and the rate is changed by FFmpeg's band-limited resampler; at
 * the file's own rate the samples are those of the file. A truncated or damaged file is refused as
 * a whole. Threads may share it.
 */
public final class SoundReader {

  private final SoundSpec spec;

  /** Reads sounds for this spec. */
  public SoundReader(SoundSpec spec) {
    this.spec = spec;
  }

  /**
   * Reads a file on this machine.
   *
   * @throws MediaException when it is no sound, has no sound track, is too long, cut off or damaged
   * @throws IOException when it cannot be read at all
   */
  public Sound read(Path file) throws IOException, MediaException {
    return read(FfmpegFile.of(file));
  }

  /**
   * Reads the bytes of a file.
   *
   * @throws MediaException when they are no sound, have no sound track, are too long, cut off or
   *     damaged
   */
  public Sound read(byte[] file) throws IOException, MediaException {
    return read(FfmpegFile.of(file));
  }

  private Sound read(FfmpegFile file) throws IOException, MediaException {
    Samples samples = new Samples(spec);
    try (FfmpegDecoder decoder = file.decoder(FfmpegFile.Kind.SOUND, DecodeLimits.DEFAULT);
        FfmpegResampler resampler = new FfmpegResampler(spec.sampleRate())) {
      double seconds = Double.NaN;
      for (AVFrame frame = decoder.next(); frame != null; frame = decoder.next()) {
        seconds = decoder.seconds(frame, seconds);
        resampler.convert(frame, samples::add);
      }
      resampler.rest(samples::add);
    }
    if (samples.size == 0) {
      throw new MediaException("no sample in the sound track");
    }
    return new Sound(spec.sampleRate(), Arrays.copyOf(samples.values, samples.size));
  }

  /** Samples that become more. */
  private static final class Samples {
    private final SoundSpec spec;
    private float[] values = new float[1 << 14];
    private int size;

    Samples(SoundSpec spec) {
      this.spec = spec;
    }

    void add(float[] more) throws MediaException {
      if ((long) size + more.length > spec.maxSamples()) {
        throw new MediaException("longer than " + spec.maxSeconds() + " seconds");
      }
      if (size + more.length > values.length) {
        long grown = Math.max(size + more.length, values.length + (values.length >> 1));
        values = Arrays.copyOf(values, (int) Math.min(grown, spec.maxSamples()));
      }
      System.arraycopy(more, 0, values, size, more.length);
      size += more.length;
    }
  }
}
