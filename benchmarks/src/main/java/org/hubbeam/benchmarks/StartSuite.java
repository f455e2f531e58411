// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The time of the smallest job, from the command to its end. */
final class StartSuite implements Suite {

  static final int LINES = 6;
  private static final String DEFAULT = "`embed` of six lines, default engine";
  private static final String FLINK = "`embed` of six lines, Flink";
  private static final String DIRECT = "`embed` of six lines, direct runner";
  private static final String PYTHON = "Python: import, `hub.load`, call";

  private final Workplace place;
  private final Calls calls;

  StartSuite(Workplace place) {
    this.place = place;
    this.calls = new Calls(place);
  }

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String title() {
    return "Start-up";
  }

  @Override
  public String about() {
    return """
        Six lines through the light module, the whole command. The build is done and the
        class-data sharing archive exists.
        """;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path model = calls.inputs().model("text_light");
    Path lines = calls.inputs().lines(LINES);
    String script =
        """
        import sys, tensorflow as tf, tensorflow_hub as hub
        module = hub.load(sys.argv[1])
        lines = [line.rstrip() for line in open(sys.argv[2])]
        print(module(tf.constant(lines)).numpy().shape)
        """;
    return List.of(
        calls.embed(DEFAULT, Calls.Engine.DEFAULT, model, lines, LINES),
        calls.embed(FLINK, Calls.Engine.FLINK, model, lines, LINES),
        place.python(
            PYTHON,
            Contender.Work.rows(LINES),
            Python.TENSORFLOW,
            "-c",
            script,
            model.toString(),
            lines.toString()),
        calls.embed(DIRECT, Calls.Engine.DIRECT, model, lines, LINES));
  }

  @Override
  public List<Target> targets() {
    return Stream.of(DEFAULT, FLINK, DIRECT)
        .map(
            embed ->
                Target.atMost(
                    1,
                    embed,
                    "seconds of the whole command against Python's",
                    m -> Medians.ratio(m.wall(embed, LINES), m.wall(PYTHON, LINES))))
        .toList();
  }
}
