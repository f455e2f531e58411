// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** A file that can be opened more than once. */
interface FfmpegFile {

  /** Opens it at its beginning. */
  SeekableByteChannel open() throws IOException;

  /** A file on this machine. */
  static FfmpegFile of(Path file) {
    return () -> Files.newByteChannel(file);
  }

  /** A file's bytes. */
  static FfmpegFile of(byte[] bytes) {
    return () -> new SeekableInMemoryByteChannel(bytes);
  }

  /**
   * Opens a track of it.
   *
   * @param kind of the track
   * @param limits how large frames may be
   * @throws MediaException when there is no such track, or nothing that can be read
   */
  default FfmpegDecoder decoder(Kind kind, DecodeLimits limits) throws IOException, MediaException {
    FfmpegInput input = input(kind, limits);
    try {
      return FfmpegDecoder.open(input, input.track(kind), limits);
    } catch (MediaException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /** Opens it, and looks whether there is a track of this kind. */
  default FfmpegInput input(Kind kind, DecodeLimits limits) throws IOException, MediaException {
    FfmpegInput input = FfmpegInput.open(StreamedHeader.complete(open()), limits);
    try {
      input.track(kind);
      return input;
    } catch (MediaException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /** What a track is. */
  enum Kind {
    VIDEO(org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO, "video"),
    SOUND(org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO, "sound");

    private final int type;
    private final String word;

    Kind(int type, String word) {
      this.type = type;
      this.word = word;
    }

    int type() {
      return type;
    }

    String word() {
      return word;
    }
  }
}
