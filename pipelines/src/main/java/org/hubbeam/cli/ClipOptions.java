package org.hubbeam.cli;

import org.hubbeam.media.ClipPadding;
import org.hubbeam.media.ClipRest;
import org.hubbeam.media.ClipSpec;
import org.hubbeam.media.ClipWindow;
import org.hubbeam.media.FrameSampling;
import picocli.CommandLine.Option;

/** The options of how clips become windows of frames. */
final class ClipOptions {

  @Option(
      names = "--fps",
      paramLabel = "N",
      description = "frames a second that are looked at; otherwise every frame")
  private Double fps;

  @Option(
      names = "--frames",
      paramLabel = "N",
      description = "so many frames a clip, evenly spaced, instead")
  private Integer frames;

  @Option(
      names = "--window",
      paramLabel = "FRAMES",
      description = "frames in one row; otherwise as the module says, else 16")
  private Integer window;

  @Option(
      names = "--stride",
      paramLabel = "FRAMES",
      description = "from the beginning of a window to the next; otherwise a window's length")
  private Integer stride;

  @Option(
      names = "--rest",
      paramLabel = "POLICY",
      defaultValue = "LAST_FRAMES",
      description = "frames left at the end: ${COMPLETION-CANDIDATES}; otherwise ${DEFAULT-VALUE}")
  private ClipRest rest;

  @Option(
      names = "--shortClips",
      paramLabel = "POLICY",
      defaultValue = "LAST_FRAME",
      description =
          "what fills clips shorter than a window: ${COMPLETION-CANDIDATES}; otherwise"
              + " ${DEFAULT-VALUE}")
  private ClipPadding shortClips;

  /** What these options say, over what the module's input says. */
  ClipSpec over(ClipSpec input, PictureOptions pictures) {
    if (fps != null && frames != null) {
      throw new WrongUse("--fps and --frames exclude each other");
    }
    try {
      ClipWindow cut = window == null ? input.window() : ClipWindow.of(window);
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
      throw new WrongUse(e.getMessage());
    }
  }
}
