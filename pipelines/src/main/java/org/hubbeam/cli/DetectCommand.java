// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.decoding.DrawnBoxes;
import org.hubbeam.decoding.ImageNames;
import org.hubbeam.decoding.WriteImages;
import org.hubbeam.files.BatchSource;
import org.hubbeam.inference.Counted;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Detects objects in images; writes boxes, classes and scores as TFRecords. */
@Command(
    name = "detect",
    description = {
      "Detect objects in images; write boxes, classes and scores as TFRecords.",
      "",
      "Writes PREFIX-00000-of-0000N.tfrecord with 'file' and the outputs of the detector, as many"
          + " per image as it detected, and the other files that embed writes."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every image failed, 3 if more than half of them failed.",
      "Example: hubbeam detect --module=tensorflow/ssd-mobilenet-v2/tensorFlow2/ssd-mobilenet-v2/1"
          + " --input='photos/*' --output=out/found --draw=out/drawn"
    })
final class DetectCommand extends JobCommand {

  @Mixin private ChainOptions chain;
  @Mixin private InputOutputOptions files;
  @Mixin private PictureOptions pictures;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--outputs",
      paramLabel = "NAME",
      split = ",",
      description =
          "outputs to write (default: num_detections and the detection_* outputs; all if there is"
              + " none of these)")
  private List<String> outputs = new ArrayList<>();

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--draw",
      paramLabel = "FOLDER",
      description = "write the images with boxes drawn on them to this folder")
  private String draw;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--drawFrom",
      paramLabel = "SCORE",
      defaultValue = "0.5",
      description = "the lowest score of a box to draw (default: ${DEFAULT-VALUE})")
  private float drawFrom;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "a text file with one class name per line, starting with class 0")
  private String labels;

  @Override
  List<String> inputs() {
    return List.of(files.input());
  }

  @Override
  WorkerPlaces places() {
    return draw == null ? chain.places() : chain.places().withFiles(List.of(draw));
  }

  @Override
  Whole whole() {
    return Whole.files(inputs());
  }

  @Override
  OutputPrefix output() {
    return new OutputPrefix(files.output(), options().shards());
  }

  @Override
  EmbedJob job() throws IOException {
    if (labels != null && draw == null) {
      throw new UsageException("--labels=" + labels + " names the boxes that --draw=FOLDER draws");
    }
    BatchSource source = options().limited(BatchSource.files(files.input()));
    ModuleCalls calls =
        chain.calls(err()).withIdColumn(MediaOptions.FILE).withRows(options().batchRows());
    MediaOptions.Prepared prepared = pictures.prepare(null, calls.first());
    calls = calls.withFirst(prepared.spec());
    List<String> found = found(FunctionSignature.find(calls.last()).outputs());
    ModuleSpec last = calls.last().withCounted(Counted.DETECTIONS);
    for (String name : found) {
      last = last.withOutput(name);
    }
    return new EmbedJob(
        "detecting",
        source,
        prepared.steps(),
        calls.withLast(last),
        List.of(
            draw == null ? Step.dropping("DropPixels", prepared.made()) : drawing(prepared, found)),
        List.of(),
        null,
        output(),
        null);
  }

  private List<String> found(List<ArraySpec> all) {
    List<String> names = all.stream().map(ArraySpec::name).toList();
    if (!outputs.isEmpty()) {
      return outputs;
    }
    List<String> counted =
        names.stream()
            .filter(
                n ->
                    n.equals(Counted.DETECTIONS.count())
                        || Counted.DETECTIONS.outputs().contains(n))
            .toList();
    return counted.isEmpty() ? names : counted;
  }

  private Step drawing(MediaOptions.Prepared prepared, List<String> found) throws IOException {
    DrawnBoxes boxes = DrawnBoxes.DEFAULT.withLeast(drawFrom).withLabels(names());
    for (String column : List.of(boxes.boxes(), boxes.classes(), boxes.scores())) {
      if (!found.contains(column)) {
        throw new UsageException(
            "--draw requires the output " + column + "; the outputs are " + found);
      }
    }
    if (prepared.pixels() == null) {
      throw new UsageException("--draw requires decoded images; this module takes encoded ones");
    }
    WritableFolder.check("--draw=" + draw, draw);
    return Step.of(
        "Draw",
        "boxes drawn",
        WriteImages.of(draw, prepared.made().get(0))
            .withRange(prepared.pixels())
            .withNames(ImageNames.like(MediaOptions.FILE, files.input()))
            .withBoxes(boxes));
  }

  private List<String> names() throws IOException {
    if (labels == null) {
      return List.of();
    }
    return OutputFiles.requiredText("--labels", labels).lines().toList();
  }
}
