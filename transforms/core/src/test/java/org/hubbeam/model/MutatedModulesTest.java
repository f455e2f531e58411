// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.Command;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.SavedModel;

/**
 * Modules with one thing changed are read, or refused on one line; TensorFlow, in a JVM of its own,
 * neither ends the process nor throws anything else. The changes are the same in every run.
 */
class MutatedModulesTest {

  private static final int READ = 250;
  private static final int LOADED = 40;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"sparse_in", "ragged_in", "tf1_estimator", "stateful_counter", "missing_asset"})
  void areReadOrRefused(String module) throws IOException {
    SavedModel model = read(TestFiles.zoo(module));
    Random random = new Random(module.hashCode());
    int count = Mutants.count(model);
    for (int i = 0; i < READ; i++) {
      int number = random.nextInt(count);
      StringBuilder place = new StringBuilder();
      write(folder, (SavedModel) Mutants.get(model, number, place));
      try {
        ModuleInfo info = ModuleInfo.read(folder, null);
        ModuleOutline outline = ModuleOutline.read(folder, ModuleOptions.DEFAULT);
        info.callables().forEach(c -> outline.function(FunctionChoice.of(c.name())).outputs());
      } catch (ModuleException e) {
        assertThat(e.getMessage())
            .as("%s", place)
            .doesNotContain("\n\n", "\0", "\u001b", "that no check knows")
            .hasSizeLessThan(2000);
      } catch (RuntimeException | StackOverflowError e) {
        fail(module + ", mutant " + number + " at " + place, e);
      }
    }
  }

  @Test
  void areLoadedOrRefused() throws Exception {
    for (String module : List.of("sparse_in", "ragged_in", "stateful_counter")) {
      String printed =
          Command.run(
              folder,
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "--add-opens=java.base/java.nio=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Loading.class.getName(),
                  TestFiles.zoo(module).toString(),
                  folder.resolve(module).toString()));
      assertThat(printed).contains("all " + LOADED + " were tried");
    }
  }

  /** Loads modules with one thing changed, and calls all of their functions. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] args) throws IOException {
      Path source = Path.of(args[0]);
      Path folder = Path.of(args[1]);
      copy(source, folder);
      SavedModel model = read(source);
      Random random = new Random(source.getFileName().toString().hashCode());
      int count = Mutants.count(model);
      int tried = 0;
      while (tried < LOADED) {
        int number = random.nextInt(count);
        StringBuilder place = new StringBuilder();
        write(folder, (SavedModel) Mutants.get(model, number, place));
        if (place.indexOf("stripped_op_list") < 0 && isRead(folder)) {
          System.out.println("mutant " + number + " at " + place);
          load(folder);
          tried++;
        }
      }
      System.out.println("all " + tried + " were tried");
    }

    private static boolean isRead(Path folder) {
      try {
        ModuleDefinition.read(folder, null);
        return true;
      } catch (ModuleException e) {
        return false;
      }
    }

    private static void load(Path folder) {
      try (Module module = Module.load(folder, ModuleOptions.DEFAULT)) {
        for (ModuleInfo.Callable callable : module.info().callables()) {
          call(module, callable.name());
        }
      } catch (ModuleException e) {
        System.out.println(e.getMessage());
      }
    }

    private static void call(Module module, String name) {
      try {
        ModuleFunction function = module.function(FunctionChoice.of(name));
        Map<String, Array> inputs = new HashMap<>();
        function.inputs().forEach(i -> inputs.put(i.name(), array(i)));
        function.call(inputs);
      } catch (ModuleException e) {
        System.out.println(e.getMessage());
      }
    }

    private static Array array(ArraySpec spec) {
      List<Long> dims =
          spec.shape().hasRank()
              ? spec.shape().dims().stream().map(d -> d < 0 ? 1 : Math.min(d, 8)).toList()
              : List.of(1L);
      int size = dims.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
      return new Array.Dense(
          dims,
          spec.dtype() == DType.STRING
              ? Values.of(Collections.nCopies(size, "a").toArray(new String[0]))
              : new Values.Numbers(spec.dtype(), new byte[size * spec.dtype().bytes()]));
    }

    private static void copy(Path source, Path folder) throws IOException {
      try (Stream<Path> files = Files.walk(source)) {
        for (Path file : files.toList()) {
          Files.copy(file, folder.resolve(source.relativize(file).toString()));
        }
      }
    }
  }

  private static SavedModel read(Path folder) throws IOException {
    return SavedModel.parseFrom(Files.readAllBytes(folder.resolve("saved_model.pb")));
  }

  private static void write(Path folder, SavedModel model) throws IOException {
    Files.write(folder.resolve("saved_model.pb"), model.toByteArray());
  }
}
