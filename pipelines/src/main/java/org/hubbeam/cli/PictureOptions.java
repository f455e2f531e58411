// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.decoding.DecodeImages;
import org.hubbeam.hub.Hub;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.model.ModuleInfo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for decoding images for a module. */
final class PictureOptions {

  private static final String BYTES = "bytes";

  private static final Set<String> DECODING =
      Set.of(
          "DecodeImage",
          "DecodeJpeg",
          "DecodeAndCropJpeg",
          "DecodePng",
          "DecodeGif",
          "DecodeBmp",
          "DecodeWebP",
          "DecodeRaw",
          "DecodePaddedRaw");

  @Mixin private ImageOptions images;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--mediaInput",
      paramLabel = "NAME",
      description =
          "the input of the function for the encoded or decoded files (default: the only suitable"
              + " one)")
  private String input;

  /** How images are decoded. */
  ImageOptions images() {
    return images;
  }

  /**
   * Finds out how to decode images for the function of a module.
   *
   * @param column the encoded bytes; null if each file is one row
   */
  MediaOptions.Prepared prepare(@Nullable String column, ModuleSpec spec) {
    List<ArraySpec> inputs = FunctionSignature.find(spec).inputs();
    String bytes = column == null ? BYTES : column;
    ArraySpec taking = choose(inputs);
    if (ImageSpec.takesEncoded(taking)) {
      if (input == null && !decodes(spec)) {
        throw new UsageException(
            "the function takes text, not images: "
                + taking
                + "; if it decodes them in a way of its own, say so with --mediaInput="
                + taking.name());
      }
      return new MediaOptions.Prepared(
          List.of(), spec.withInput(taking.name(), bytes), List.of(bytes), null);
    }
    ImageSpec image = picture(taking);
    DecodeImages decode =
        DecodeImages.of(image)
            .withBytesColumn(bytes)
            .withImageColumn("image")
            .withLimits(spec.policies().limits());
    return new MediaOptions.Prepared(
        List.of(Step.of("Decode", ImageOptions.words(image), decode)),
        spec.withInput(taking.name(), "image"),
        List.of("image"),
        image.range());
  }

  /** Whether a module has an op that decodes images. */
  private static boolean decodes(ModuleSpec spec) {
    ModuleSpec.Loading loading = spec.loading();
    Hub.Resolved module = Hub.of(loading.hub()).resolve(loading.handle());
    return ModuleInfo.read(module.folder(), loading.options().tags()).ops().stream()
        .anyMatch(DECODING::contains);
  }

  /** The image format that an input takes. */
  ImageSpec picture(ArraySpec taking) {
    try {
      ImageSpec spec = images.over(ImageSpec.forInput(taking));
      spec.check(taking);
      return spec;
    } catch (IllegalArgumentException e) {
      throw new UsageException(Errors.ownMessage(e));
    }
  }

  /** The input of the function for pictures, encoded or not. */
  ArraySpec choose(List<ArraySpec> inputs) {
    return choose(
        inputs, i -> i.shape().hasRank() && i.shape().rank() == 4 || ImageSpec.takesEncoded(i));
  }

  /** The input of the function for media. */
  ArraySpec choose(List<ArraySpec> inputs, Predicate<ArraySpec> could) {
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
