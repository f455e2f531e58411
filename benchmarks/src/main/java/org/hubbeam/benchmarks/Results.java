// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Results: a file of JSON lines for each suite. The first line has the machine, each other line one
 * {@link Run}. Running a suite again replaces its file.
 */
final class Results {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  Results(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** The stored results of a suite. */
  record Stored(Map<String, String> machine, List<Run> runs) {}

  /** Begins the file of a suite. */
  void begin(String suite, Map<String, String> machine) throws IOException {
    Files.writeString(file(suite), JSON.writeValueAsString(machine) + "\n");
  }

  /** Adds to the file of a suite. */
  void add(String suite, Run run) throws IOException {
    String line = JSON.writeValueAsString(run) + "\n";
    Files.writeString(file(suite), line, StandardOpenOption.APPEND);
  }

  /** The results of a suite; empty if it never ran. */
  Optional<Stored> read(String suite) throws IOException {
    if (!Files.exists(file(suite))) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file(suite));
    List<Run> runs = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      runs.add(JSON.readValue(line, Run.class));
    }
    Map<String, String> machine = JSON.readValue(lines.get(0), new TypeReference<>() {});
    return Optional.of(new Stored(machine, runs));
  }

  /** The medians of all results of these suites. */
  Medians medians(List<Suite> suites) throws IOException {
    List<Run> runs = new ArrayList<>();
    for (Suite suite : suites) {
      read(suite.name()).ifPresent(stored -> runs.addAll(stored.runs()));
    }
    return new Medians(runs);
  }

  private Path file(String suite) {
    return folder.resolve(suite + ".jsonl");
  }
}
