// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Shape;
import org.hubbeam.decoding.DecodeClips;
import org.hubbeam.decoding.DecodeSounds;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.media.ClipSpec;
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

  @Mixin private PictureOptions pictures;
  @Mixin private ClipOptions clips;

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
   * The sections of options that say nothing for some media; null for what is decoded from none.
   */
  static Set<Section.Heading> unused(@Nullable Media kind) {
    Set<Section.Heading> unused =
        EnumSet.of(Section.Heading.IMAGES, Section.Heading.VIDEO, Section.Heading.AUDIO);
    if (kind != null) {
      switch (kind) {
        case image -> unused.remove(Section.Heading.IMAGES);
        case video -> unused.removeAll(Set.of(Section.Heading.IMAGES, Section.Heading.VIDEO));
        case audio -> unused.remove(Section.Heading.AUDIO);
      }
    }
    return unused;
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
        case image -> pictures.prepare(column, spec);
        case video -> clips(column, spec, inputs);
        case audio -> sounds(column, spec, inputs);
      };
    } catch (IllegalArgumentException e) {
      throw new UsageException(Errors.ownMessage(e));
    }
  }

  /** Whether a function takes clips, and no pictures: moving pictures are either. */
  static boolean takesClips(ModuleSpec spec) {
    List<Shape> shapes =
        FunctionSignature.find(spec).inputs().stream()
            .map(ArraySpec::shape)
            .filter(Shape::hasRank)
            .toList();
    return shapes.stream().anyMatch(shape -> shape.rank() == 5)
        && shapes.stream().noneMatch(shape -> shape.rank() == 4);
  }

  private Prepared clips(@Nullable String column, ModuleSpec spec, List<ArraySpec> inputs) {
    ArraySpec taking = pictures.choose(inputs, i -> i.shape().hasRank() && i.shape().rank() == 5);
    ClipSpec clip = clips.over(taking, pictures.images());
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
        pictures.choose(
            inputs, i -> i.shape().hasRank() && i.shape().rank() <= 2 && i.dtype().isFloating());
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
}
