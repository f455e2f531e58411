// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory that calls and modules take outside the Java heap is given back. */
class ModuleMemoryTest {

  private static final Path MAPS = Path.of("/proc/self/smaps");
  private static final long LIMIT_KB = 50_000;

  /** Linux lays native memory far above this address, and the Java heap below it. */
  private static final long NATIVE = 0x5000_0000_0000L;

  @TempDir Path work;

  @Test
  void callsWithLongStringsGiveTheirMemoryBack() throws IOException {
    Map<String, Array> texts = Map.of("text", texts("Words of a text. "));
    try (Module module = load(Fixtures.signatures(work.resolve("signatures")))) {
      ModuleFunction function = module.function(FunctionChoice.of("text"));
      assertGrowth(2_000, 20_000, () -> function.call(texts));
    }
  }

  @Test
  void callsThatFailGiveTheirMemoryBack() throws IOException {
    Map<String, Array> texts = Map.of("text", texts("this is no base64! "));
    try (Module module = load(Fixtures.poison(work.resolve("poison")))) {
      ModuleFunction function = module.function(FunctionChoice.ANY);
      assertThatThrownBy(() -> function.call(texts)).hasMessageContaining("base64");
      assertGrowth(
          2_000,
          10_000,
          () -> {
            try {
              function.call(texts);
            } catch (ModuleException e) {
              return;
            }
            throw new AssertionError("the call did not fail");
          });
    }
  }

  @Test
  void preparedCallsAndReadVariablesAreFew() throws IOException {
    try (Module module = load(Fixtures.vocabulary(work.resolve("vocabulary")))) {
      assertGrowth(1_000, 10_000, () -> module.variable("embeddings"));
    }
  }

  @Test
  void closedModulesGiveTheirMemoryBack() throws IOException {
    Path folder = TestFiles.zoo("nnlm");
    assertGrowth(
        5,
        30,
        () -> {
          try (Module module = load(folder)) {
            module
                .function(FunctionChoice.of("serving_default"))
                .call(Map.of("sentences", texts("the world ")));
          }
        });
  }

  private static Module load(Path folder) {
    return Module.load(folder, ModuleOptions.DEFAULT);
  }

  /** Ten strings of about 4 KB: 20,000 calls that lost them would lose 800 MB. */
  private static Array texts(String words) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      texts.add(i + " " + words.repeat(4000 / words.length()));
    }
    return Array.Dense.vector(Values.of(texts.toArray(new String[0])));
  }

  private static void assertGrowth(int warmUp, int times, Runnable action) throws IOException {
    for (int i = 0; i < warmUp; i++) {
      action.run();
    }
    long before = nativeKb();
    for (int i = 0; i < times; i++) {
      action.run();
    }
    assertThat(nativeKb() - before).as("growth in kB").isLessThan(LIMIT_KB);
  }

  private static long nativeKb() throws IOException {
    Assumptions.assumeTrue(Files.isReadable(MAPS), "needs Linux: there is no " + MAPS);
    long sum = 0;
    boolean counted = false;
    for (String line : Files.readAllLines(MAPS, java.nio.charset.StandardCharsets.ISO_8859_1)) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        counted = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16) >= NATIVE;
      } else if (counted && line.startsWith("Rss:")) {
        sum += Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    Assumptions.assumeTrue(sum > 0, "needs Linux: native memory is mapped elsewhere");
    return sum;
  }
}
