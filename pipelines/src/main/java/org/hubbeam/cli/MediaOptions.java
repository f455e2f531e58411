// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import java.util.function.Predicate;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.decoding.DecodeClips;
import org.hubbeam.decoding.DecodeImages;
import org.hubbeam.decoding.DecodeSounds;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.media.ClipSpec;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.media.PixelRange;
import org.hubbeam.media.SoundSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for decoding images, video and audio for a module. */
@Section(Section.Heading.AUDIO)
final class MediaOptions {

  /** The column of the file name, if each file is one row. */
  static final String FILE = "file";

  private static final String BYTES = "bytes";

  @Mixin private ImageOptions pictures;
  @Mixin private ClipOptions clips;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--mediaInput",
      paramLabel = "NAME",
      description =
          "the input of the function for images, video or audio (default: the only suitable one)")
  private String input;

  @Option(
      names = "--sampleRate",
      paramLabel = "HZ",
      defaultValue = "16000",
      description = "the sample rate of audio (default: ${DEFAULT-VALUE})")
  private int sampleRate;

  @Option(
      names = "--maxSeconds",
      paramLabel = "N",
      description = "the maximum length of audio; longer files are failures (default: 3600)")
  private Double maxSeconds;

  /**
   * How rows are prepared for a module.
   *
   * @param steps the steps before the call
   * @param spec the call, with the decoded column as its input
   * @param made the columns that only the module needs
   * @param pixels the range of the pixels; null if no images are decoded
   */
  record Prepared(
      List<Step> steps, ModuleSpec spec, List<String> made, @Nullable PixelRange pixels) {
    Prepared {
      steps = List.copyOf(steps);
      made = List.copyOf(made);
    }
  }

  /**
   * Finds out how to decode media for the function of a module.
   *
   * @param column the encoded bytes; null if each file is one row
   */
  Prepared prepare(Media media, @Nullable String column, ModuleSpec spec) {
    List<ArraySpec> inputs = FunctionSignature.find(spec).inputs();
    try {
      return switch (media) {
        case image -> images(column, spec, inputs);
        case video -> clips(column, spec, inputs);
        case audio -> sounds(column, spec, inputs);
      };
    } catch (IllegalArgumentException e) {
      throw new UsageException(Errors.ownMessage(e));
    }
  }

  private Prepared images(@Nullable String column, ModuleSpec spec, List<ArraySpec> inputs) {
    String bytes = column == null ? BYTES : column;
    ArraySpec taking =
        choose(
            inputs, i -> i.shape().hasRank() && i.shape().rank() == 4 || ImageSpec.takesEncoded(i));
    if (ImageSpec.takesEncoded(taking)) {
      return new Prepared(List.of(), spec.withInput(taking.name(), bytes), List.of(bytes), null);
    }
    ImageSpec image = picture(taking);
    DecodeImages decode =
        DecodeImages.of(image)
            .withBytesColumn(bytes)
            .withImageColumn("image")
            .withLimits(spec.policies().limits());
    return new Prepared(
        List.of(Step.of("Decode", ImageOptions.words(image), decode)),
        spec.withInput(taking.name(), "image"),
        List.of("image"),
        image.range());
  }

  /** The image format that an input takes. */
  ImageSpec picture(ArraySpec taking) {
    try {
      ImageSpec spec = pictures.over(ImageSpec.forInput(taking));
      spec.check(taking);
      return spec;
    } catch (IllegalArgumentException e) {
      throw new UsageException(Errors.ownMessage(e));
    }
  }

  private Prepared clips(@Nullable String column, ModuleSpec spec, List<ArraySpec> inputs) {
    ArraySpec taking = choose(inputs, i -> i.shape().hasRank() && i.shape().rank() == 5);
    ClipSpec clip = clips.over(taking, pictures);
    clip.check(taking);
    DecodeClips decode = DecodeClips.of(clip);
    return new Prepared(
        List.of(
            Step.of(
                "Decode",
                "windows of "
                    + clip.window().frames()
                    + " frames, "
                    + ImageOptions.words(clip.image()),
                column == null ? decode : decode.withBytesColumn(column))),
        spec.withInput(taking.name(), "clip"),
        List.of("clip"),
        null);
  }

  private Prepared sounds(@Nullable String column, ModuleSpec spec, List<ArraySpec> inputs) {
    ArraySpec taking =
        choose(inputs, i -> i.shape().hasRank() && i.shape().rank() <= 2 && i.dtype().isFloating());
    SoundSpec sound = SoundSpec.of(sampleRate);
    sound = maxSeconds == null ? sound : sound.withMaxSeconds(maxSeconds);
    DecodeSounds decode = DecodeSounds.of(sound);
    return new Prepared(
        List.of(
            Step.of(
                "Decode",
                "sounds at " + sampleRate + " Hz",
                column == null ? decode : decode.withBytesColumn(column))),
        spec.withInput(taking.name(), "waveform"),
        List.of("waveform"),
        null);
  }

  private ArraySpec choose(List<ArraySpec> inputs, Predicate<ArraySpec> could) {
    List<ArraySpec> found =
        inputs.stream()
            .filter(i -> input == null ? could.test(i) : i.name().equals(input))
            .toList();
    if (found.size() != 1) {
      throw new UsageException(
          (input == null
                  ? found.isEmpty() ? "no input is suitable" : "several inputs are suitable"
                  : "--mediaInput=" + input + ": no such input")
              + "; the function takes "
              + inputs
              + (found.size() > 1 ? "; select one with --mediaInput" : ""));
    }
    return found.get(0);
  }
}
