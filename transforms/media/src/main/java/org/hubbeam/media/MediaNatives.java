// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.global.swscale;
import org.hubbeam.batch.Internal;

/** The native libraries for clips, sound and WebP. */
@Internal
public final class MediaNatives {

  private MediaNatives() {}

  /**
   * Unpacks them if necessary and loads them.
   *
   * @throws IllegalStateException when there are none for this system, saying why
   */
  public static void load() {
    Ffmpeg.load();
    swresample.swresample_version();
    swscale.swscale_version();
    avcodec.avcodec_version();
    avformat.avformat_version();
  }
}
