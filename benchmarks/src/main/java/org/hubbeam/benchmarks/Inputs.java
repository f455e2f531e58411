// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The inputs of contenders, made once and kept in the work folder. */
final class Inputs {

  /** The columns of the census data. */
  private static final String ADULT_HEADER =
      "age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,race,sex,"
          + "capital-gain,capital-loss,hours-per-week,native-country,label";

  /** The lines that come with the models. */
  private static final int LINES = 300_000;

  private final Workplace place;

  Inputs(Workplace place) {
    this.place = place;
  }

  /** Writes a file. */
  interface Writing {
    void to(BufferedWriter out) throws IOException;
  }

  /**
   * A module: {@code text_light}, {@code text_heavy} or {@code image}.
   *
   * @throws Missing if it cannot be made
   */
  Path model(String name) throws IOException {
    Path models = place.work().resolve("models");
    if (!Files.exists(models.resolve("lines.txt"))) {
      make("the modules", "models", Python.TENSORFLOW, "make_models.py", models.toString());
    }
    return models.resolve(name);
  }

  private void make(String what, String log, Python python, String script, String... arguments)
      throws IOException {
    Contender maker = place.peer(what, Contender.Work.rows(0), python, script, arguments);
    if (!maker.absent().isEmpty()) {
      throw new Missing(what + " cannot be made: " + maker.absent());
    }
    Shell.Said said = Shell.run(maker.command());
    Path file = place.work().resolve(log + ".log");
    Files.writeString(file, said.text());
    if (said.code() != 0) {
      throw new Missing(what + " cannot be made; see " + file);
    }
  }

  /** Lines of text with 51 bytes on average. */
  Path lines(long rows) throws IOException {
    Path all = model("lines.txt");
    if (rows == LINES) {
      return all;
    }
    return file(
        "lines-" + rows + ".txt",
        out -> {
          long left = rows;
          while (left > 0) {
            try (Stream<String> lines = Files.lines(all)) {
              for (String line : (Iterable<String>) lines.limit(left)::iterator) {
                out.write(line);
                out.write('\n');
                left--;
              }
            }
          }
        });
  }

  /** Java's class path for the peers' loop, which Maven builds. */
  String jloop() throws IOException {
    Path folder = place.work().resolve("jloop");
    Path classpath = folder.resolve("classpath.txt");
    if (!Files.exists(classpath)) {
      Path source = place.shared().resolve("peers/jloop");
      if (!Files.exists(source)) {
        throw new Missing("there is no peers/jloop");
      }
      copy(source, folder);
      Shell.Said said =
          Shell.run(
              List.of(
                  "mvn",
                  "--batch-mode",
                  "-q",
                  "package",
                  "dependency:build-classpath",
                  "-Dmdep.outputFile=classpath.txt"),
              folder);
      if (said.code() != 0) {
        throw new Missing("peers/jloop cannot be built: " + said.text().lines().findFirst());
      }
    }
    return folder.resolve("target/classes") + ":" + Files.readString(classpath).strip();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /**
   * The census data.
   *
   * @param bare without a header, for the peers
   * @param headed with a header
   * @param rows in each
   */
  record Adult(Path bare, Path headed, long rows) {}

  /** The census data, repeated. */
  Adult adult(int times) throws IOException {
    Path source = place.shared().resolve("corpus/data/adult/adult.data");
    if (!Files.exists(source)) {
      throw new Missing("there is no corpus/data/adult/adult.data");
    }
    List<String> rows =
        Files.readAllLines(source).stream()
            .filter(line -> !line.isEmpty())
            .map(line -> line.replace(", ", ","))
            .toList();
    Path bare = file("adult-" + times + ".data", out -> repeat(out, rows, times));
    Path headed =
        file(
            "adult-" + times + ".csv",
            out -> {
              out.write(ADULT_HEADER + "\n");
              repeat(out, rows, times);
            });
    return new Adult(bare, headed, (long) rows.size() * times);
  }

  /** Rows of the census data with a header, repeated as needed. */
  Path adultRows(long count) throws IOException {
    List<String> once = Files.readAllLines(adult(1).bare());
    return file(
        "adult-rows-" + count + ".csv",
        out -> {
          out.write(ADULT_HEADER + "\n");
          for (long i = 0; i < count; i++) {
            out.write(once.get((int) (i % once.size())));
            out.write('\n');
          }
        });
  }

  private static void repeat(BufferedWriter out, List<String> rows, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      for (String row : rows) {
        out.write(row);
        out.write('\n');
      }
    }
  }

  /** A file with this name, written if it is missing. */
  Path file(String name, Writing writing) throws IOException {
    Path file = place.work().resolve("inputs").resolve(name);
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      Path part = file.resolveSibling(name + ".part");
      try (BufferedWriter out = Files.newBufferedWriter(part)) {
        writing.to(out);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return file;
  }

  /** The bytes of all files below a folder. */
  static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(Inputs::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
