// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.hubbeam.batch.NativeHolder;
import org.jspecify.annotations.Nullable;

/** FFmpeg's libraries, silent: what is wrong with a file is told by exceptions. */
final class Ffmpeg {

  private static final int TEXT = 256;

  private static boolean loaded;

  private Ffmpeg() {}

  /**
   * Loads the libraries where that was not yet done, and makes sure that their class loader is the
   * only one of this JVM that has them.
   *
   * @throws IllegalStateException when there are none for this system, or another class loader has
   *     them, saying why
   */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    NativeHolder.hold("FFmpeg", avutil.class, Loader.class);
    try {
      avutil.av_log_set_level(avutil.AV_LOG_QUIET);
      loaded = true;
    } catch (LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new IllegalStateException(
          "FFmpeg's native libraries cannot be loaded: " + cause.getMessage(), e);
    }
  }

  /**
   * A result that is not negative, as it is.
   *
   * @param what could not be done, for the message
   * @throws MediaException when FFmpeg gave an error
   */
  static int check(int result, String what) throws MediaException {
    if (result < 0) {
      throw new MediaException(what + ": " + text(result));
    }
    return result;
  }

  /** FFmpeg's own words for an error. */
  static String text(int error) {
    byte[] text = new byte[TEXT];
    avutil.av_strerror(error, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** A pointer that FFmpeg gave. */
  static <P extends org.bytedeco.javacpp.Pointer> P present(@Nullable P pointer, String what) {
    if (pointer == null || pointer.isNull()) {
      throw new OutOfMemoryError("FFmpeg has no memory for " + what);
    }
    return pointer;
  }
}
