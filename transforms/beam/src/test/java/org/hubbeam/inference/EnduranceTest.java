// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.Command;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.testing.Worker;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls without end, every tenth of which has a row that its module refuses: memory does not grow.
 * The property {@code hubbeam.endurance} says how many batches.
 */
class EnduranceTest {

  private static final int BATCHES = Integer.getInteger("hubbeam.endurance", 10_000);
  private static final int SAMPLES = 20;
  private static final int ROWS = 8;

  @TempDir Path work;

  /** What the batches go through. */
  private static final class Work implements AutoCloseable {
    private final ModuleCaller texts;
    private final ModuleCaller again;
    private final ModuleCaller numbers;
    private final ModuleCaller timed;

    Work(String lookup) {
      String swivel = TestFiles.zoo("swivel20").toString();
      texts = caller(ModuleSpec.of(swivel).withInput("text"));
      again =
          caller(ModuleSpec.of(swivel).withInput("text").withLimits(Limits.DEFAULT.withRows(3)));
      ModuleSpec rows = ModuleSpec.of(lookup);
      numbers = caller(rows);
      timed =
          caller(rows.withOptions(ModuleOptions.DEFAULT.withCallTimeout(Duration.ofMinutes(1))));
    }

    private static ModuleCaller caller(ModuleSpec spec) {
      return new ModuleCaller(spec, ModuleLoader.FromHub.INSTANCE, HubMetrics.meter("endurance"));
    }

    /** Calls on one batch, and returns how many rows were refused. */
    int run(int number) {
      int bad = number % 10 == 0 ? number / 10 % ROWS : -1;
      String[] text = new String[ROWS];
      int[] rows = new int[ROWS];
      for (int i = 0; i < ROWS; i++) {
        text[i] = "text number " + number + (i % 2 == 0 ? " with many words more" : "");
        rows[i] = i == bad ? LookupModule.ROWS : (number + i) % LookupModule.ROWS;
      }
      Batch batch =
          Batch.of(
              Map.of(
                  "text", Array.Dense.vector(Values.of(text)),
                  "number", Array.Dense.vector(Values.of(rows))));
      return switch (number / 10 % 3) {
        case 0 -> {
          texts.call(batch);
          yield numbers.call(batch).bad().size();
        }
        case 1 -> timed.call(batch).bad().size();
        default -> {
          int pieces = again.call(batch).pieces().size();
          yield pieces == 0 ? -1 : numbers.call(batch).bad().size();
        }
      };
    }

    @Override
    public void close() {
      Stream.of(texts, again, numbers, timed).forEach(ModuleCaller::close);
    }
  }

  /** {@code MODULE BATCHES}: prints the resident memory in KiB, at even distances. */
  static final class Run {
    private Run() {}

    public static void main(String[] args) throws Exception {
      int batches = Integer.parseInt(args[1]);
      long refused = 0;
      long start = System.nanoTime();
      try (Work work = new Work(args[0])) {
        for (int i = 0; i < batches; i++) {
          refused += work.run(i);
          if ((i + 1) % (batches / SAMPLES) == 0) {
            System.out.println("resident " + (Worker.resident() >> 10));
          }
        }
      }
      long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
      System.out.println("refused " + refused + " in " + millis + " ms");
      System.exit(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"G1", "Z"})
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void memoryDoesNotGrow(String collector) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+Use" + collector + "GC",
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-Dhubbeam.root=" + TestFiles.root(),
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                Worker.classPath(),
                Run.class.getName()));
    command.addAll(
        List.of(LookupModule.write(work.resolve("module")).toString(), Integer.toString(BATCHES)));
    String printed = Command.run(work, command, Duration.ofHours(1));
    int[] resident =
        printed
            .lines()
            .filter(l -> l.startsWith("resident "))
            .mapToInt(l -> Integer.parseInt(l.substring(l.indexOf(' ') + 1)))
            .toArray();
    System.out.println(collector + ": " + printed.lines().toList());
    assertThat(printed).contains("refused " + BATCHES / 10 + " ");
    assertThat(resident).hasSize(SAMPLES);
    int warm = resident[SAMPLES * 2 / 5];
    assertThat(resident[SAMPLES - 1]).as(Arrays.toString(resident)).isLessThan(warm + warm / 20);
  }
}
