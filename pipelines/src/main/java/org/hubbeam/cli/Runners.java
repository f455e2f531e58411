// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apache.beam.sdk.runners.PipelineRunnerRegistrar;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.hubbeam.batch.Suggestions;

/** The runners of Beam: those that are here, and what to do about the others. */
final class Runners {

  /** The artifacts of runners that do not come along, by the short names of the runners. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "spark", "beam-runners-spark-3",
          "dataflow", "beam-runners-google-cloud-dataflow-java",
          "portable", "beam-runners-portability-java",
          "prism", "beam-runners-prism-java",
          "samza", "beam-runners-samza",
          "flink", "beam-runners-flink-1.19");

  /** Where command lines with other runners are built, by the artifacts of these. */
  private static final Map<String, String> BUILT_IN =
      Map.of(
          "beam-runners-google-cloud-dataflow-java", "runners/dataflow",
          "beam-runners-spark-3", "runners/spark");

  /** The runners of options that only these have. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "--region", "dataflow",
          "--workerMachineType", "dataflow",
          "--numWorkers", "dataflow",
          "--maxNumWorkers", "dataflow",
          "--stagingLocation", "dataflow",
          "--sparkMaster", "spark",
          "--jobEndpoint", "portable",
          "--defaultEnvironmentType", "portable");

  private Runners() {}

  /**
   * The class name of a runner.
   *
   * @param asked its name with or without "Runner", upper and lower case alike, or a class
   * @throws UsageException if it is not on the class path
   */
  static String find(String asked) {
    Map<String, String> here = here();
    String name = here.get(shortName(asked));
    if (name != null) {
      return name;
    }
    try {
      return Class.forName(asked).getName();
    } catch (ClassNotFoundException e) {
      throw missing(asked, here);
    }
  }

  /** The error for a runner that is not on the class path. */
  static UsageException missing(String asked) {
    return missing(asked, here());
  }

  private static UsageException missing(String asked, Map<String, String> here) {
    String name = shortName(asked);
    String artifact = ELSEWHERE.get(name);
    if (artifact != null) {
      return new UsageException("--runner=" + asked + " is not part of " + notHere(artifact, here));
    }
    List<String> near =
        name.isEmpty() ? List.of() : Suggestions.nearest(name, List.copyOf(here.keySet()));
    return new UsageException(
        "there is no --runner="
            + asked
            + "; there are "
            + names(here)
            + Suggestions.didYouMean(near));
  }

  private static String notHere(String artifact, Map<String, String> here) {
    String folder = BUILT_IN.get(artifact);
    if (folder != null) {
      return "this command line, which has "
          + names(here)
          + "; "
          + folder
          + " builds one that has it ("
          + folder
          + "/README.md)";
    }
    return "the command line, which has "
        + names(here)
        + "; to use it, write a program with the library and the dependency org.apache.beam:"
        + artifact
        + ":"
        + ReleaseInfo.getReleaseInfo().getVersion()
        + " (README, As a dependency)";
  }

  /** What to say of an unknown option that another runner has; empty for others. */
  static String ofOption(String option) {
    String runner = OPTIONS.get(option);
    Map<String, String> here = here();
    return runner == null || here.containsKey(runner)
        ? ""
        : " of the "
            + runner
            + " runner, which is not part of "
            + notHere(ELSEWHERE.getOrDefault(runner, ""), here);
  }

  private static String names(Map<String, String> here) {
    return String.join(" and ", here.keySet());
  }

  private static String shortName(String runner) {
    return runner.toLowerCase(Locale.ROOT).replaceFirst("(?<=.)runner$", "");
  }

  /** The class names of the runners on the class path, by their short names; none for tests. */
  private static Map<String, String> here() {
    Map<String, String> names = new TreeMap<>();
    ServiceLoader.load(PipelineRunnerRegistrar.class, Runners.class.getClassLoader())
        .forEach(
            registrar ->
                registrar
                    .getPipelineRunners()
                    .forEach(
                        runner ->
                            names.put(shortName(runner.getSimpleName()), runner.getSimpleName())));
    names.keySet().removeIf(name -> name.startsWith("test"));
    return names;
  }
}
