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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of how pictures, clips and sounds become what a module takes. */
final class MediaOptions {

  /** The column of a file's name, where a file is one record. */
  static final String FILE = "file";

  private static final String BYTES = "bytes";

  @Mixin private PictureOptions pictures;
  @Mixin private ClipOptions clips;

  @Option(
      names = "--mediaInput",
      paramLabel = "NAME",
      description = "the function's input for pictures, clips or sounds, where several could be")
  private String input;

  @Option(
      names = "--sampleRate",
      paramLabel = "HZ",
      defaultValue = "16000",
      description = "of sounds; otherwise ${DEFAULT-VALUE}")
  private int sampleRate;

  @Option(
      names = "--maxSeconds",
      paramLabel = "N",
      description = "longer sounds are failures; otherwise an hour")
  private Double maxSeconds;

  /**
   * What is done to rows so that a module can be called on them.
   *
   * @param steps before the call
   * @param spec the call, with the column that was made for it
   * @param made the columns that are for the module alone
   * @param pixels what the range of decoded pictures is; null where none are decoded
   */
  record Prepared(List<Step> steps, ModuleSpec spec, List<String> made, PixelRange pixels) {
    Prepared {
      steps = List.copyOf(steps);
      made = List.copyOf(made);
    }
  }

  /**
   * Looks at what the function takes, and says what has to be done.
   *
   * @param column the encoded bytes; null where files are records
   */
  Prepared prepare(Media media, String column, ModuleSpec spec) {
    List<ArraySpec> inputs = FunctionSignature.of(spec).inputs();
    try {
      return switch (media) {
        case image -> images(column, spec, inputs);
        case video -> clips(column, spec, inputs);
        case audio -> sounds(column, spec, inputs);
      };
    } catch (IllegalArgumentException e) {
      throw new WrongUse(e.getMessage());
    }
  }

  private Prepared images(String column, ModuleSpec spec, List<ArraySpec> inputs) {
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
        List.of(Step.of("Decode", PictureOptions.words(image), decode)),
        spec.withInput(taking.name(), "image"),
        List.of("image"),
        image.range());
  }

  /** The pixels of one picture for an input. */
  ImageSpec picture(ArraySpec taking) {
    try {
      ImageSpec spec = pictures.over(ImageSpec.forInput(taking));
      spec.check(taking);
      return spec;
    } catch (IllegalArgumentException e) {
      throw new WrongUse(e.getMessage());
    }
  }

  private Prepared clips(String column, ModuleSpec spec, List<ArraySpec> inputs) {
    ArraySpec taking = choose(inputs, i -> i.shape().hasRank() && i.shape().rank() == 5);
    ClipSpec clip = clips.over(ClipSpec.forInput(taking), pictures);
    clip.check(taking);
    DecodeClips decode = DecodeClips.of(clip);
    return new Prepared(
        List.of(
            Step.of(
                "Decode",
                "windows of "
                    + clip.window().frames()
                    + " frames, "
                    + PictureOptions.words(clip.image()),
                column == null ? decode : decode.withBytesColumn(column))),
        spec.withInput(taking.name(), "clip"),
        List.of("clip"),
        null);
  }

  private Prepared sounds(String column, ModuleSpec spec, List<ArraySpec> inputs) {
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
      throw new WrongUse(
          (input == null
                  ? found.isEmpty() ? "no input is for this" : "several inputs could be for this"
                  : "--mediaInput=" + input + " is none")
              + "; the function takes "
              + inputs
              + (found.size() > 1 ? "; --mediaInput says which" : ""));
    }
    return found.get(0);
  }
}
