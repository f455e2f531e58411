// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.hubbeam.batch.ArraySpec;
import org.hubbeam.media.ClipPadding;
import org.hubbeam.media.ClipRest;
import org.hubbeam.media.ClipSpec;
import org.hubbeam.media.ClipWindow;
import org.hubbeam.media.FrameSampling;
import picocli.CommandLine.Option;

/** The options for cutting video into windows of frames. */
@Section(Section.Heading.VIDEO)
final class ClipOptions {

  @Option(
      names = "--fps",
      paramLabel = "N",
      description = "frames per second to sample (default: all frames)")
  private Double fps;

  @Option(
      names = "--frames",
      paramLabel = "N",
      description =
          "sample this many evenly spaced frames of each video, which are then its only row, unless"
              + " --window says otherwise")
  private Integer frames;

  @Option(
      names = "--window",
      paramLabel = "FRAMES",
      description = "frames per row (default: as the module declares; else --frames; else 16)")
  private Integer window;

  @Option(
      names = "--stride",
      paramLabel = "FRAMES",
      description =
          "frames from the start of a window to that of the next (default: the window length)")
  private Integer stride;

  @Option(
      names = "--rest",
      paramLabel = "POLICY",
      defaultValue = "LAST_FRAMES",
      description =
          "what to do with remaining frames: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private ClipRest rest;

  @Option(
      names = "--shortClips",
      paramLabel = "POLICY",
      defaultValue = "LAST_FRAME",
      description =
          "how to pad videos shorter than a window: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE})")
  private ClipPadding shortClips;

  /** The clip format of an input, overridden by these options. */
  ClipSpec over(ArraySpec taking, ImageOptions pictures) {
    ClipSpec input = ClipSpec.forInput(taking);
    long declared = taking.shape().dim(1);
    if (frames != null && window == null && frames < declared) {
      throw new UsageException(
          "--frames="
              + frames
              + ": the module takes clips of "
              + declared
              + " frames; sample at least as many");
    }
    if (fps != null && frames != null) {
      throw new UsageException("--fps and --frames are mutually exclusive");
    }
    try {
      ClipWindow cut =
          window != null
              ? ClipWindow.of(window)
              : frames != null && declared < 1 ? ClipWindow.of(frames) : input.window();
      ClipSpec spec =
          input
              .withImage(pictures.over(input.image()))
              .withWindow(stride == null ? cut : cut.withStride(stride))
              .withRest(rest)
              .withPadding(shortClips);
      if (frames != null) {
        return spec.withSampling(FrameSampling.count(frames));
      }
      return fps == null ? spec : spec.withSampling(FrameSampling.rate(fps));
    } catch (IllegalArgumentException e) {
      throw new UsageException(Errors.ownMessage(e));
    }
  }
}
