// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.NoiseColumns;
import org.hubbeam.batch.Shape;
import org.hubbeam.decoding.ImageNames;
import org.hubbeam.decoding.WriteImages;
import org.hubbeam.files.BatchSource;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.NoiseRows;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageColumn;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.media.MediaException;
import org.hubbeam.media.PixelRange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Generates images from noise or from other images, as PNG files. */
@Command(
    name = "generate",
    description = {
      "Generate images from noise or from other images, as PNG files.",
      "",
      "Without --input, the inputs of the module are random noise, and a one-hot class for an input"
          + " named y, label, labels or class. With --input, each image is transformed into"
          + " another.",
      "Writes FOLDER/*.png, FOLDER/failures.jsonl and, last, FOLDER/manifest.json."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every image failed, 3 if more than half of them failed.",
      "Example: hubbeam generate --module=deepmind/biggan/tensorFlow1/128/2 --set=truncation=0.5"
          + " --madeRange=minus_one_to_one --count=16 --output=made"
    })
final class GenerateCommand extends JobCommand {

  private static final String IMAGE = "made";
  private static final List<String> CLASS_INPUTS = List.of("y", "label", "labels", "class");

  @Mixin private ChainOptions chain;
  @Mixin private PictureOptions pictures;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description = "the folder to write to")
  private String output;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "16",
      description = "how many images to generate from noise (default: ${DEFAULT-VALUE})")
  private long count;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--noiseSeed",
      paramLabel = "N",
      defaultValue = "0",
      description = "the seed of the noise (default: ${DEFAULT-VALUE})")
  private long noiseSeed;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--classes",
      paramLabel = "N",
      split = ",",
      description = "the classes to generate, in turn (default: random classes)")
  private List<Integer> classes = new ArrayList<>();

  @Section(Section.Heading.INPUT)
  @Option(names = "--input", paramLabel = "GLOB", description = "the images to transform")
  private String input;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--image",
      paramLabel = "INPUT=FILE",
      description = "pass the same image to this input in every call, such as a style")
  private List<String> images = new ArrayList<>();

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--outputKey",
      paramLabel = "NAME",
      description = "the output with the images (default: the only one, or 'default')")
  private String outputKey = ModuleSpec.Mapping.ONLY;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--madeRange",
      paramLabel = "RANGE",
      defaultValue = "ZERO_TO_ONE",
      description =
          "the range of the generated pixels: ${COMPLETION-CANDIDATES}; an image with other values"
              + " is a failure (default: ${DEFAULT-VALUE})")
  private PixelRange madeRange;

  @Override
  List<String> inputs() {
    return input == null ? List.of() : List.of(input);
  }

  @Override
  WorkerPlaces places() {
    return chain.places();
  }

  @Override
  Whole whole() {
    return input == null ? Whole.rows(count) : Whole.files(inputs());
  }

  @Override
  OutputFolder output() {
    return new OutputFolder(output);
  }

  @Override
  GenerateJob job() throws IOException {
    if (count < 1) {
      throw new UsageException("--count=" + count + " must be 1 or more");
    }
    if (input != null && !classes.isEmpty()) {
      throw new UsageException("--classes is for images from noise and excludes --input");
    }
    ModuleCalls calls = chain.calls(err()).withRows(options().batchRows());
    calls = calls.withFirst(withImages(calls.first()));
    return input == null ? fromNoise(calls) : fromPictures(calls);
  }

  private GenerateJob fromNoise(ModuleCalls calls) {
    NoiseColumns columns = noise(FunctionSignature.find(calls.first()).inputs());
    NoiseRows rows = NoiseRows.of(columns, count).withBatchRows(options().batchRows());
    return new GenerateJob(
        (pipeline, failures) -> pipeline.apply("Noise", rows),
        List.of(),
        named(calls),
        WriteImages.of(output, IMAGE).withRange(madeRange),
        output());
  }

  private GenerateJob fromPictures(ModuleCalls calls) {
    MediaOptions.Prepared prepared = pictures.prepare(null, calls.first());
    BatchSource source = options().limited(BatchSource.files(input));
    return new GenerateJob(
        (pipeline, failures) -> {
          BatchSource.Result read = pipeline.apply("Read", source);
          failures.add(read.failures());
          return read.batches();
        },
        prepared.steps(),
        named(calls.withFirst(prepared.spec()).withIdColumn(MediaOptions.FILE)),
        WriteImages.of(output, IMAGE)
            .withRange(madeRange)
            .withNames(ImageNames.like(MediaOptions.FILE, input)),
        output());
  }

  private ModuleCalls named(ModuleCalls calls) {
    requirePictures(calls.last());
    return calls.withLast(calls.last().withOutput(outputKey, IMAGE));
  }

  /** Refuses functions whose output has another number of dimensions than images. */
  private void requirePictures(ModuleSpec last) {
    List<ArraySpec> all = FunctionSignature.find(last).outputs();
    for (ArraySpec output : all) {
      boolean meant =
          all.size() == 1
              || output
                  .name()
                  .equals(outputKey.equals(ModuleSpec.Mapping.ONLY) ? "default" : outputKey);
      Shape shape = output.shape();
      if (meant && shape.hasRank() && (shape.rank() < 3 || shape.rank() > 4)) {
        throw new UsageException(
            "the output "
                + output
                + " is no image; images have [rows, height, width, channels]"
                + (all.size() == 1 ? "" : "; select one with --outputKey of " + all));
      }
    }
  }

  /** Noise for each input with a fixed row shape, or classes, by its name. */
  private NoiseColumns noise(List<ArraySpec> inputs) {
    NoiseColumns columns = NoiseColumns.seededBy(noiseSeed);
    for (ArraySpec input : inputs) {
      Shape shape = input.shape();
      boolean fixed =
          shape.hasRank() && shape.rank() > 1 && shape.row().dims().stream().allMatch(d -> d > 0);
      if (!fixed || !input.dtype().isFloating()) {
        throw new UsageException(
            "cannot generate noise for the input "
                + input
                + "; set its value with --set="
                + input.name()
                + "=VALUE");
      }
      boolean classed = shape.rank() == 2 && CLASS_INPUTS.contains(input.name());
      columns =
          classed
              ? columns.withOneHot(
                  input.name(), Math.toIntExact(shape.dim(1)), chosen(shape.dim(1)))
              : columns.withTruncatedNormal(input.name(), shape.row());
    }
    return columns;
  }

  private List<Integer> chosen(long all) {
    for (int chosen : classes) {
      if (chosen < 0 || chosen >= all) {
        throw new UsageException("--classes=" + chosen + " must be from 0 to " + (all - 1));
      }
    }
    return classes;
  }

  private ModuleSpec withImages(ModuleSpec spec) throws IOException {
    ModuleSpec with = spec;
    for (String image : images) {
      int equals = image.indexOf('=');
      List<ArraySpec> inputs = FunctionSignature.find(spec).inputs();
      ArraySpec input =
          inputs.stream()
              .filter(i -> equals > 0 && i.name().equals(image.substring(0, equals)))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--image="
                              + image
                              + " must be INPUT=FILE with one of the inputs "
                              + inputs));
      with = with.withConstant(input.name(), picture(image.substring(equals + 1), input));
    }
    return with;
  }

  private Array picture(String file, ArraySpec input) throws IOException {
    ImageSpec spec = pictures.picture(input);
    byte[] bytes = OutputFiles.required("--image", file);
    try {
      Image image = ImageDecoder.decode(bytes, spec);
      ImageColumn column = new ImageColumn(spec, spec.size().orElse(image.size()));
      column.add(image);
      return column.build();
    } catch (MediaException e) {
      throw new UsageException("--image=" + file + ": " + e.getMessage());
    }
  }
}
