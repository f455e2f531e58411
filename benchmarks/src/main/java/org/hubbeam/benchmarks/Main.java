// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code benchmarks/run}: runs suites, or writes the page of results. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    description = {
      "Compares this project with other software on this machine.",
      "HUBBEAM_PYTHON (TensorFlow, tensorflow_hub), HUBBEAM_BEAM_PYTHON (and apache_beam),"
          + " HUBBEAM_TFT_PYTHON (tensorflow_transform), HUBBEAM_SPARK_PYTHON (pyspark) and"
          + " HUBBEAM_SEARCH_PYTHON (hnswlib, faiss) name the Python executables. Contenders that"
          + " cannot run are left out, and the table says so."
    })
public final class Main implements Callable<Integer> {

  private final Path root = Path.of(System.getProperty("hubbeam.root", "."));

  @Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--shared",
      paramLabel = "FOLDER",
      description = "folder with peers/ and corpus/; default: ../shared")
  private Path shared = root.resolve("../shared");

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      description = "folder for inputs and results; default: target/bench")
  private Path work = root.resolve("target/bench");

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "how often each contender runs; default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--only",
      paramLabel = "SUITE",
      split = ",",
      description =
          "text, heavy, image, elements, transform, transform100, start, memory, scale, or search"
              + " for all that begin with search-: search-build, search-query, search-exact,"
              + " search-set, search-bulk, train-head")
  private List<String> only = new ArrayList<>();

  @Option(names = "--quick", description = "a hundredth of the work, to check that everything runs")
  private boolean quick;

  @Option(
      names = "--divide",
      paramLabel = "N",
      defaultValue = "1",
      description = "an N-th of the work; --quick is --divide=100")
  private int divide;

  @Option(
      names = "--report",
      description = "write docs/performance.md from stored results, without measuring")
  private boolean report;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "the page that --report writes; default: docs/performance.md")
  private Path page = root.resolve("docs/performance.md");

  private Main() {}

  /** Runs the program. The exit code is 1 if something failed and 2 for wrong usage. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    atLeastOne("--rounds", rounds);
    atLeastOne("--divide", divide);
    Sizes sizes = quick ? Sizes.QUICK : new Sizes(divide);
    Workplace place = new Workplace(root, shared, work, sizes);
    Results results = new Results(place.work().resolve(sizes.folder()));
    List<Suite> suites = suites(place);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    if (report) {
      new Report(suites, results, page).write();
      return 0;
    }
    List<Suite> chosen = chosen(suites);
    new Session(place, results, out).run(chosen, rounds);
    out.println(Report.targets(chosen, results.medians(suites)));
    return 0;
  }

  private void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new ParameterException(spec.commandLine(), option + "=" + value + " must be 1 or more");
    }
  }

  private static List<Suite> suites(Workplace place) {
    return List.of(
        new TextSuite(place),
        new HeavySuite(place),
        new ImageSuite(place),
        new ElementsSuite(place),
        new TransformSuite(place, TransformSuite.Part.FEW),
        new TransformSuite(place, TransformSuite.Part.MANY),
        new StartSuite(place),
        new MemorySuite(place),
        new ScaleSuite(place),
        new SearchBuildSuite(place),
        new SearchQuerySuite(place),
        new SearchExactSuite(place),
        new SearchSetSuite(place),
        new SearchBulkSuite(place),
        new TrainHeadSuite(place),
        new TrainFinetuneSuite(place),
        new TrainEncoderSuite(place));
  }

  private List<Suite> chosen(List<Suite> suites) {
    List<String> names = suites.stream().map(Suite::name).toList();
    for (String name : only) {
      if (names.stream().noneMatch(suite -> isIn(suite, name))) {
        throw new ParameterException(
            spec.commandLine(), "--only=" + name + ": there is no such suite; there are " + names);
      }
    }
    return only.isEmpty()
        ? suites
        : suites.stream()
            .filter(suite -> only.stream().anyMatch(name -> isIn(suite.name(), name)))
            .toList();
  }

  /** Whether a suite has this name, or one that begins with it and a hyphen. */
  static boolean isIn(String suite, String name) {
    return suite.equals(name) || suite.startsWith(name + "-");
  }
}
