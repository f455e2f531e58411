// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;

/**
 * Which modules would need {@code --allowOps} if they came from elsewhere: those of the zoo that
 * are made to do harm, and none of those that others published.
 */
class ModuleSweepTest {

  /** What the modules of the zoo do on purpose. */
  private static final Map<String, Set<String>> HARM =
      Map.of(
          "matching_files", Set.of("MatchingFiles"),
          "prints_to_file", Set.of("PrintV2"),
          "py_function", Set.of("EagerPyFunc"),
          "reads_file", Set.of("ReadFile"),
          "reads_unused", Set.of("ReadFile"),
          "table_from_file", Set.of("InitializeTableFromTextFileV2"),
          "writes_file", Set.of("WriteFile"));

  @Test
  void theModulesOfTheRepositoryNeedNothingButWhereTheyDoHarm() throws IOException {
    assertThat(refused(TestFiles.root().resolve("testdata"), 60)).isEqualTo(HARM);
  }

  @Test
  void publishedModulesNeedNothing() throws IOException {
    assertThat(refused(TestFiles.corpus("models"), 30)).isEmpty();
  }

  @Test
  void theCasesNeedNothing() throws IOException {
    assertThat(refused(TestFiles.cases("modules"), 10)).isEmpty();
  }

  /** The operations that are refused, by the name of the module's folder. */
  private static Map<String, Set<String>> refused(Path root, int atLeast) throws IOException {
    Map<String, Set<String>> refused = new TreeMap<>();
    List<Path> folders = folders(root);
    assertThat(folders).hasSizeGreaterThanOrEqualTo(atLeast);
    for (Path folder : folders) {
      for (Set<String> tags : SavedModelFolder.read(folder).tagSets()) {
        ModuleInfo info = ModuleInfo.read(folder, tags);
        for (ModuleInfo.UnsafeOp op : info.unsafeOps()) {
          refused
              .computeIfAbsent(folder.getFileName().toString(), f -> new TreeSet<>())
              .add(op.name());
        }
      }
    }
    return refused;
  }

  private static List<Path> folders(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(f -> f.getFileName().toString().matches("saved_model\\.pb(txt)?"))
          .filter(f -> !f.toString().contains("/target/"))
          .map(Path::getParent)
          .sorted()
          .toList();
    }
  }
}
