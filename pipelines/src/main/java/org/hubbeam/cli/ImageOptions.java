// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.media.Alpha;
import org.hubbeam.media.DecodeLimits;
import org.hubbeam.media.Decoding;
import org.hubbeam.media.Fit;
import org.hubbeam.media.ImageSize;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.media.Orientation;
import org.hubbeam.media.PixelRange;
import org.hubbeam.media.Resize;
import org.hubbeam.media.Truncated;
import picocli.CommandLine.Option;

/** The options for decoding images and video frames. */
@Section(Section.Heading.IMAGES)
final class ImageOptions {

  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,5})(?:x([1-9]\\d{0,5}))?");

  @Option(
      names = "--imageSize",
      paramLabel = "HEIGHTxWIDTH",
      description =
          "the size in pixels (default: as the module declares; else the size of each image)")
  private String size;

  @Option(
      names = "--range",
      paramLabel = "RANGE",
      description =
          "the range of pixel values: ${COMPLETION-CANDIDATES} (default: ZERO_TO_ONE for floats,"
              + " the convention of TF Hub)")
  private PixelRange range;

  @Option(
      names = "--resize",
      paramLabel = "METHOD",
      defaultValue = "BILINEAR",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Resize resize;

  @Option(
      names = "--fit",
      paramLabel = "FIT",
      defaultValue = "STRETCH",
      description =
          "how to fit other aspect ratios: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Fit fit;

  @Option(
      names = "--alpha",
      paramLabel = "POLICY",
      defaultValue = "DROP",
      description =
          "what to do with transparency: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Alpha alpha;

  @Option(
      names = "--orientation",
      paramLabel = "POLICY",
      defaultValue = "APPLY",
      description = "the EXIF orientation: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Orientation orientation;

  @Option(
      names = "--truncated",
      paramLabel = "POLICY",
      defaultValue = "FAIL",
      description =
          "what to do with truncated images: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Truncated truncated;

  @Option(
      names = "--maxPixels",
      paramLabel = "N",
      description = "the maximum size of an image; larger ones are failures (default: 50000000)")
  private Long maxPixels;

  /** The image format of an input, overridden by these options. */
  ImageSpec over(ImageSpec input) {
    Decoding decoding =
        Decoding.DEFAULT
            .withAlpha(alpha)
            .withOrientation(orientation)
            .withTruncated(truncated)
            .withLimits(limits());
    ImageSpec spec = input.withResize(resize).withFit(fit).withDecoding(decoding);
    spec = size == null ? spec : spec.withSize(size(size));
    try {
      return range == null ? spec : spec.withRange(range);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--range=" + range + ": " + e.getMessage());
    }
  }

  /** A description for manifests: {@code images of float32 [?, 224, 224, 3], ...}. */
  static String words(ImageSpec spec) {
    String words = spec + " " + spec.range();
    if (spec.size().isPresent()) {
      words += " " + spec.resize() + " " + spec.fit();
    }
    return words.toLowerCase(Locale.ROOT);
  }

  private DecodeLimits limits() {
    try {
      return maxPixels == null ? DecodeLimits.DEFAULT : new DecodeLimits(maxPixels);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--maxPixels=" + maxPixels + ": " + e.getMessage());
    }
  }

  /** {@code 224x320}, height first, or {@code 224} for a square. */
  static ImageSize size(String text) {
    Matcher parts = SIZE.matcher(text);
    if (!parts.matches()) {
      throw new UsageException(
          "--imageSize=" + text + " must be HEIGHTxWIDTH in pixels, such as 224x224");
    }
    int height = Integer.parseInt(parts.group(1));
    return parts.group(2) == null
        ? ImageSize.square(height)
        : new ImageSize(height, Integer.parseInt(parts.group(2)));
  }
}
