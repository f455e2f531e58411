// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.benchmarks.loops.DecodeFolder;

/** MobileNetV2 on pixels, and on JPEG files that are decoded at the same time. */
final class ImageSuite implements Suite {

  private static final int BATCH = 32;
  private static final int SIDE = 224;
  private static final String JAVA = "Java loop on pixels";
  private static final String PYTHON = "Python loop on pixels";
  private static final String OWN = "own call on pixels, all cores";
  private static final String ONE = "own call on pixels, one at a time";
  private static final String DECODE = "decoding and resizing alone, all cores";
  private static final String EMBED = "`embed` of JPEG files, Flink";
  private static final String PLAIN = "`embed` of BMP files of the module's size, Flink";

  private final Workplace place;
  private final Calls calls;
  private final long pixels;
  private final long files;

  ImageSuite(Workplace place) {
    this.place = place;
    this.calls = new Calls(place);
    this.pixels = place.sizes().of(320);
    this.files = place.sizes().of(960);
  }

  @Override
  public String name() {
    return "image";
  }

  @Override
  public String title() {
    return "MobileNetV2 for pictures";
  }

  @Override
  public String about() {
    return """
        Pictures of 224 x 224 pixels into 1,280 floats. The files are JPEGs of 500 x 400 to
        800 x 600 pixels; they are decoded and resized on the same cores while the module
        runs. The BMPs already have the module's size. The ratios leave out the rows of the
        first call of each task, whose time counts as start-up.
        """;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path model = calls.inputs().model("image");
    Path folder = Pictures.folder(place, Pictures.Kind.JPEG, Math.toIntExact(files));
    Path plain = Pictures.folder(place, Pictures.Kind.BMP, Math.toIntExact(files));
    return List.of(
        calls.javaLoop(JAVA, model, "image", pixels, BATCH),
        calls.pythonLoop(PYTHON, model, "image", pixels, BATCH),
        calls.own(OWN, model, "image", pixels, Calls.Calling.allCores(BATCH)),
        calls.own(ONE, model, "image", pixels, Calls.Calling.oneByOne(BATCH)),
        Contender.of(
            DECODE,
            Contender.Work.rows(files),
            place.java(
                DecodeFolder.class,
                folder.toString(),
                Integer.toString(SIDE),
                Integer.toString(BATCH))),
        embed(EMBED, model, folder),
        embed(PLAIN, model, plain));
  }

  private Contender embed(String name, Path model, Path folder) {
    return calls.embed(
        name,
        Calls.Engine.FLINK,
        model,
        folder.resolve("*"),
        files,
        "--inputFormat=image",
        "--batchRows=" + BATCH);
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atLeast(
            0.9,
            EMBED,
            "rows/s against the slower of decoding alone and the best loop on pixels",
            m ->
                Medians.ratio(
                    Calls.afterFirstCalls(m.rate(EMBED, files), files, BATCH),
                    Medians.both(
                        m.rate(DECODE, files),
                        m.bestRate(pixels, List.of(JAVA, OWN, ONE)),
                        Math::min))),
        Target.atLeast(
            0.97,
            PLAIN,
            "rows/s against the best Java loop on pixels",
            m ->
                Medians.ratio(
                    Calls.afterFirstCalls(m.rate(PLAIN, files), files, BATCH),
                    m.bestRate(pixels, List.of(JAVA, OWN, ONE)))));
  }
}
