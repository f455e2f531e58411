// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.hubbeam.model.ModuleException.Kind;
import org.hubbeam.testing.Command;
import org.hubbeam.testing.Python;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Libraries of custom ops. They stay in a JVM that has loaded them, so they get one of their own.
 */
class OpLibraryTest {

  @Test
  void aModuleWithOpsOfALibraryRunsAsInPython(@TempDir Path work) throws Exception {
    Path module = TestFiles.corpus("models/text_segmenter_hub_module");
    Path golden = TestFiles.modelGoldens().resolve("text_segmenter_hub_module@default.json");
    String python = Python.with("tensorflow_text");
    String find = "import importlib.util as u; print(u.find_spec('tensorflow_text').origin)";
    Path library =
        Path.of(Command.run(work, List.of(python, "-c", find)).strip())
            .resolveSibling("python/ops/_split_merge_from_logits_tokenizer.so");
    List<String> calls =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.bytedeco.javacpp.nopointergc=true",
            "-cp",
            System.getProperty("java.class.path"),
            Calls.class.getName(),
            module.toString(),
            golden.toString(),
            library.toString());
    assertThat(Command.run(work, calls)).contains("as in Python");
  }

  @Test
  void aLibraryThatIsNotThereIsNamed() {
    Path module = TestFiles.zoo("unknown_op");
    ModuleException e =
        catchThrowableOfType(
            ModuleException.class,
            () ->
                Module.load(module, ModuleOptions.DEFAULT.withOpLibraries(List.of("/no/ops.so"))));
    assertThat(e.kind()).isEqualTo(Kind.MISUSED);
    assertThat(e).hasMessageContaining("/no/ops.so");
  }

  /** Makes the calls of a golden file: {@code module golden library}. */
  static final class Calls {
    private Calls() {}

    public static void main(String[] args) {
      JsonNode golden = Goldens.read(Path.of(args[1]));
      ModuleOptions given = ModuleOptions.DEFAULT.withOpLibraries(List.of(args[2], args[2]));
      ModuleException refused =
          catchThrowableOfType(ModuleException.class, () -> Module.load(Path.of(args[0]), given));
      assertThat(refused).hasMessageEndingWith("--allowOps=TokenizerFromLogits");
      ModuleOptions options = given.withAllowOps(Set.of("TokenizerFromLogits"));
      ModuleGoldensTest.check(golden, Path.of(args[0]), golden.get("calls"), options);
      System.out.println("as in Python");
    }
  }
}
