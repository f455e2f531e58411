// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Where tests find their fixtures. The golden files and the zoo lie in {@code testdata} of this
 * repository; a test fails where they are absent. The corpus, modules and data sets that others
 * published, and the cases are not in the repository; tests that need them are skipped where they
 * are absent.
 *
 * <p>The property {@code hubbeam.shared} names a folder with {@code corpus}, {@code cases}, {@code
 * goldens} or {@code zoo}, which takes precedence over {@code testdata}; {@code tft.goldens} names
 * a folder of golden cases, {@code model.goldens} one of goldens of published modules. Relative
 * paths start at the root of the source tree.
 */
public final class TestFiles {

  private TestFiles() {}

  /** The root of the source tree. */
  public static Path root() {
    String given = System.getProperty("hubbeam.root", "");
    Path folder = Path.of(given).toAbsolutePath().normalize();
    while (given.isEmpty() && !Files.isDirectory(folder.resolve("testdata/zoo"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new AssertionError("no source tree around " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }

  /** The zoo: a folder of small modules and their goldens. */
  public static Path zoo() {
    return existing(inRepository("zoo"));
  }

  /** A file or folder of the zoo: a module, or its {@code .golden.json}. */
  public static Path zoo(String name) {
    return existing(zoo().resolve(name));
  }

  /** The modules of the zoo. */
  public static List<Path> zooModules() {
    return modules(zoo());
  }

  /** The golden cases of tf.Transform: a folder of JSON files. */
  public static Path transformCases() {
    String given = System.getProperty("tft.goldens", "");
    return existing(
        given.isEmpty() ? inRepository("goldens").resolve("tft/cases") : root().resolve(given));
  }

  /** A file or folder below {@code goldens/tft}. */
  public static Path transformGoldens(String name) {
    return existing(inRepository("goldens").resolve("tft").resolve(name));
  }

  /** The preprocessing functions that public pipelines use: a folder each. */
  public static List<Path> recipes() {
    try (Stream<Path> folders = Files.list(root().resolve("testdata/recipes"))) {
      return folders.filter(f -> Files.exists(f.resolve("spec.yaml"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The goldens of the published modules of the corpus: a folder of JSON files. */
  public static Path modelGoldens() {
    String given = System.getProperty("model.goldens", "");
    return existing(
        given.isEmpty() ? inRepository("goldens").resolve("models") : root().resolve(given));
  }

  /** The corpus: a folder of modules and data sets; the test is skipped where it is absent. */
  public static Path corpus() {
    return corpus("");
  }

  /** A file or folder of the corpus; the test is skipped where it is absent. */
  public static Path corpus(String name) {
    Path path = root().resolve(shared().isEmpty() ? "../shared" : shared()).resolve("corpus");
    Path file = path.normalize().resolve(name);
    Assumptions.assumeTrue(
        Files.exists(file), "needs the corpus (-Dhubbeam.shared=FOLDER): there is no " + file);
    return file;
  }

  /** A file or folder of the cases that users met; the test is skipped where it is absent. */
  public static Path cases(String name) {
    Path path = root().resolve(shared().isEmpty() ? "../shared" : shared()).resolve("cases");
    Path file = path.normalize().resolve(name);
    Assumptions.assumeTrue(
        Files.exists(file), "needs the cases (-Dhubbeam.shared=FOLDER): there is no " + file);
    return file;
  }

  /** The published modules of the corpus; the test is skipped where it is absent. */
  public static List<Path> corpusModules() {
    return modules(corpus("models"));
  }

  private static String shared() {
    return System.getProperty("hubbeam.shared", "");
  }

  private static Path inRepository(String part) {
    Path given = root().resolve(shared()).resolve(part);
    return !shared().isEmpty() && Files.isDirectory(given)
        ? given.normalize()
        : root().resolve("testdata").resolve(part);
  }

  private static Path existing(Path path) {
    if (!Files.exists(path)) {
      throw new AssertionError("there is no " + path);
    }
    return path;
  }

  private static List<Path> modules(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(f -> f.getFileName().toString().matches("saved_model\\.pb(txt)?"))
          .map(Path::getParent)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
