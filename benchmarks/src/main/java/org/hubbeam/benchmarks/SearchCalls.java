// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.benchmarks.loops.GraphLoop;

/** Command lines that the search suites share. */
final class SearchCalls {

  /** What searches. */
  enum Program {
    OWN("own graph"),
    SCALAR("own graph without vector instructions"),
    HNSWLIB("hnswlib"),
    FAISS("faiss");

    private final String words;

    Program(String words) {
      this.words = words;
    }

    boolean isPython() {
      return this == HNSWLIB || this == FAISS;
    }

    private String file() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** The flag with which the JVM has the vector instructions. */
  static final List<String> VECTOR = List.of("--add-modules=jdk.incubator.vector");

  static final int TWO = 2;

  private final Workplace place;
  private final VectorInputs inputs;

  SearchCalls(Workplace place) {
    this.place = place;
    this.inputs = new VectorInputs(place);
  }

  VectorInputs inputs() {
    return inputs;
  }

  /** The name of a contender. */
  static String name(String what, Program program, int threads) {
    return what + ", " + program.words + (threads == 1 ? ", one thread" : ", two threads");
  }

  /** Builds an index of a folder of vectors. */
  Contender build(Program program, int threads, Path folder, long rows) throws IOException {
    String name = name("build", program, threads);
    return call(name, program, threads, folder, rows, "build", file(program, folder).toString());
  }

  /**
   * Queries the index of a folder of vectors, which is built if it is missing.
   *
   * @throws Missing if it cannot be built
   */
  Contender query(Program program, int threads, Path folder, long rows) throws IOException {
    Path file = file(program == Program.SCALAR ? Program.OWN : program, folder);
    Contender building = build(program == Program.SCALAR ? Program.OWN : program, 2, folder, rows);
    if (!Files.exists(file) && building.absent().isEmpty()) {
      Shell.Said said = Shell.run(building.command());
      if (said.code() != 0) {
        throw new Missing(building.name() + " failed: " + said.text().strip());
      }
    }
    return call(
        name("query", program, threads), program, threads, folder, rows, "query", file.toString());
  }

  /** Exact search of a folder of vectors. */
  Contender exact(Program program, int threads, Path folder, long rows) {
    return call(name("exact search", program, threads), program, threads, folder, rows, "exact");
  }

  private Path file(Program program, Path folder) throws IOException {
    return Files.createDirectories(place.work().resolve("search"))
        .resolve(folder.getFileName() + "-" + program.file() + ".bin");
  }

  private Contender call(
      String name,
      Program program,
      int threads,
      Path folder,
      long rows,
      String how,
      String... file) {
    List<String> arguments = new ArrayList<>(List.of(how));
    if (program.isPython() && !how.equals("exact")) {
      arguments.add(program.file());
    }
    arguments.addAll(List.of(Integer.toString(threads), folder.toString()));
    arguments.addAll(List.of(file));
    if (program.isPython()) {
      arguments.add(0, place.root().resolve("benchmarks/search.py").toString());
      return place.python(
          name, Contender.Work.rows(rows), Python.SEARCH, arguments.toArray(String[]::new));
    }
    return Contender.of(
        name,
        Contender.Work.rows(rows),
        place.java(
            program == Program.OWN ? VECTOR : List.of(),
            GraphLoop.class,
            arguments.toArray(String[]::new)));
  }
}
