// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Google Cloud Dataflow. Its workers get the jars of the class path; with a container image that
 * {@code runners/dataflow} describes, which has all libraries, only hubbeam's own and the user's.
 */
final class DataflowEngine implements Engine {

  private static final String IMAGE = "sdkContainerImage";
  private static final String STAGED = "filesToStage";

  /** Leaves out of the job's description where files were on this machine. */
  private static final String STAGER = "hubbeam.DataflowStager";

  /** What a distribution and the image have for programs, and workers have another of. */
  private static final String LOGGING = "slf4j-simple-";

  @Override
  public String name() {
    return "dataflow";
  }

  @Override
  public String runnerClass() {
    return "org.apache.beam.runners.dataflow.DataflowRunner";
  }

  @Override
  public boolean isRunBySubmitting() {
    return false;
  }

  @Override
  public boolean seesThisMachine() {
    return false;
  }

  @Override
  public void addDefaults(EngineArguments arguments) {
    require(arguments, "project", "PROJECT, the project of Google Cloud that pays for it");
    require(arguments, "region", "us-central1, or where else it is to run");
    String temp =
        require(
            arguments,
            "tempLocation",
            "gs://BUCKET/FOLDER, for what it stages and for files between its steps");
    if (!temp.startsWith("gs://")) {
      throw new UsageException("--tempLocation=" + temp + " must be in gs:, for Dataflow");
    }
    if (arguments.has("templateLocation")) {
      throw new UsageException(
          "--templateLocation is for programs without a launcher, which here counts the rows and"
              + " writes the manifest; leave it out");
    }
    // Else Beam asks the bucket for its policy, and goes on asking for minutes where it cannot.
    arguments.add("gcpTempLocation", temp);
    if (DataflowEngine.class.getResource("/" + STAGER.replace('.', '/') + ".class") != null) {
      arguments.add("stagerClass", STAGER);
    }
    if (arguments.has(IMAGE)) {
      arguments.append("experiments", "use_runner_v2");
    }
    arguments.add(STAGED, String.join(",", staged(arguments)));
  }

  private static String require(EngineArguments arguments, String name, String meaning) {
    return arguments
        .value(name)
        .orElseThrow(() -> new UsageException("Dataflow needs --" + name + "=" + meaning));
  }

  @Override
  public Optional<String> notice(EngineArguments given) {
    long bytes = staged(given).stream().mapToLong(DataflowEngine::bytes).sum();
    String staged = "staging " + Formatting.bytes(bytes) + " of jars";
    return Optional.of(
        given.has(IMAGE)
            ? staged
            : staged
                + "; with --sdkContainerImage, an image that has the libraries, it is a few MiB"
                + " (runners/dataflow/README.md)");
  }

  @Override
  public String cluster(EngineArguments given) {
    return "Dataflow"
        + given.value("project").map(project -> " --project=" + project).orElse("")
        + given.value("region").map(region -> " --region=" + region).orElse("");
  }

  @Override
  public String listing(String cluster) {
    return "gcloud dataflow jobs list" + cluster.replaceFirst("^Dataflow", "");
  }

  /** Of small letters, digits and hyphens; two outputs have two names. */
  @Override
  public String jobName(String program, String output) {
    String words = output.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return "hubbeam-%s-%s-%08x"
        .formatted(program, words.substring(Math.max(0, words.length() - 40)), output.hashCode())
        .replace("--", "-");
  }

  /** The files that go to the workers. */
  private static List<String> staged(EngineArguments arguments) {
    Optional<String> asked = arguments.value(STAGED);
    if (asked.isPresent()) {
      return List.of(asked.get().split(","));
    }
    boolean image = arguments.has(IMAGE);
    Set<String> users =
        Set.of(Optional.ofNullable(System.getenv("HUBBEAM_CLASSPATH")).orElse("").split(":", -1));
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(file -> !name(file).startsWith(LOGGING) && Files.exists(Path.of(file)))
        .filter(file -> !image || !isLibrary(file) || users.contains(file))
        .distinct()
        .toList();
  }

  /** Whether the image has it. */
  private static boolean isLibrary(String file) {
    return file.endsWith(".jar") && !name(file).startsWith("hubbeam-");
  }

  private static String name(String file) {
    return file.substring(file.lastIndexOf(File.separatorChar) + 1);
  }

  private static long bytes(String file) {
    try (Stream<Path> files = Files.walk(Path.of(file))) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
