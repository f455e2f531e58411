// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.NodeModels;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that writes graph models of TensorFlow.js. */
class TfjsTest {

  private static String zoo(String name) {
    return "--module=" + TestFiles.zoo(name);
  }

  @Test
  void aTextModuleRunsOnRawStrings(@TempDir Path work) throws IOException {
    Path folder = work.resolve("web/nnlm");
    Path lines = Files.writeString(work.resolve("texts.txt"), "a parcel\nHello, World!\n\n");

    Run run = Run.of("tfjs", zoo("nnlm"), "--output=" + folder, "--sample=" + lines);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("takes   sentences: string[?]", "needs   hubbeam-ops.js for ")
        .containsPattern(
            "differs output_0: largest difference [0-9.e-]+ .*changed first classes 0");
    assertThat(folder.resolve("hubbeam-ops.js")).exists();
    Run verified = Run.of("tfjs", zoo("nnlm"), "--verify=" + folder, "--input=" + lines);
    assertThat(verified.code()).as(verified.err()).isZero();
    assertThat(verified.out()).endsWith("the same" + System.lineSeparator());
    Map<String, Array> out =
        NodeModels.run(
            folder, Map.of("sentences", Array.Dense.vector(Values.of("a parcel", "été"))));
    assertThat(out.get("output_0").dims().get(0)).isEqualTo(2);
  }

  @Test
  void aChainIsOneModel(@TempDir Path work) throws IOException {
    Path folder = work.resolve("bert");
    Path lines = Files.writeString(work.resolve("texts.txt"), "the cat sat\na mat\n");

    Run run =
        Run.of(
            "tfjs",
            "--module=" + TestFiles.zoo("bert_preprocess") + "," + TestFiles.zoo("bert_encoder"),
            "--output=" + folder,
            "--outputs=default",
            "--sample=" + lines);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("takes   sentences: string", "gives   default: float");
    assertThat(
            NodeModels.run(folder, Map.of("sentences", Array.Dense.vector(Values.of("a cat"))))
                .keySet())
        .containsExactly("default");
  }

  @Test
  void aCheckTellsOfEachFunction() {
    Run ready = Run.of("tfjs", zoo("swivel20"), "--check");
    assertThat(ready.code()).isZero();
    assertThat(ready.out()).contains("__call__: ready with hubbeam-ops.js: ", "StringSplitV2 (1)");

    Run not = Run.of("tfjs", zoo("serialized_examples"), "--check", "--function=sequences");
    assertThat(not.code()).isEqualTo(1);
    assertThat(not.out()).contains("not ready, lacks ParseSequenceExampleV2 (1)");
  }

  @Test
  void whatCannotBeConvertedIsToldInOneLineAndNothingIsWritten(@TempDir Path work) {
    Map<String, String> refused =
        Map.of(
            "stateful_counter", "changes its module by AssignAddVariableOp (2)",
            "string_out", "has bytes that are not UTF-8",
            "reads_file", "reaches outside of its graph by ReadFile (1)",
            "writes_file", "reaches outside of its graph by WriteFile (1)",
            "complex_out", "of type complex64");
    refused.forEach(
        (module, reason) -> {
          Path folder = work.resolve(module);
          Run run = Run.of("tfjs", zoo(module), "--function=serving_default", "--output=" + folder);
          assertThat(run.code()).as(run.err()).isEqualTo(2);
          assertThat(run.err().strip()).contains(reason).hasLineCount(1);
          assertThat(folder).doesNotExist();
        });
  }

  @Test
  void aFolderThatIsThereStays(@TempDir Path work) throws IOException {
    Path folder = Files.createDirectory(work.resolve("model"));
    Files.writeString(folder.resolve("mine.txt"), "mine");

    Run refused = Run.of("tfjs", zoo("fixed_batch"), "--output=" + folder);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("is there already; give --overwrite");
    assertThat(folder.resolve("mine.txt")).exists();

    assertThat(Run.of("tfjs", zoo("fixed_batch"), "--output=" + folder, "--overwrite").code())
        .isZero();
    assertThat(folder.resolve("model.json")).exists();
    assertThat(folder.resolve("mine.txt")).doesNotExist();
  }

  @Test
  void weightsAreStoredByPattern(@TempDir Path work) {
    Path folder = work.resolve("small");
    Run run =
        Run.of(
            "tfjs",
            zoo("image_feature_vector"),
            "--output=" + folder,
            "--quantize=uint8:*conv*,float16:*");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("the pattern *conv* matches no weight; there are [");
    assertThat(folder).doesNotExist();

    Run small =
        Run.of("tfjs", zoo("image_feature_vector"), "--output=" + folder, "--quantize=uint8");
    assertThat(small.code()).as(small.err()).isZero();
    assertThat(small.out()).containsPattern("weights [0-9.]+ \\S+ instead of [0-9.]+ \\S+ in");
  }

  @Test
  void aBudgetIsMetWithLittleChange(@TempDir Path work) throws IOException {
    Path lines = Files.writeString(work.resolve("texts.txt"), "a parcel\nHello, World!\n");
    Path folder = work.resolve("small");
    Run run =
        Run.of("tfjs", zoo("nnlm"), "--output=" + folder, "--budget=9KiB", "--sample=" + lines);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Files.size(folder.resolve("group1-shard1of1.bin"))).isLessThanOrEqualTo(9 << 10);
    assertThat(run.out()).containsPattern("stores  .* as (float16|uint16|uint8)");

    Run refused =
        Run.of(
            "tfjs", zoo("nnlm"), "--output=" + folder + "2", "--budget=1KiB", "--sample=" + lines);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).containsPattern("the weights take [0-9]+ bytes at least");
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    assertThat(Run.of("tfjs", zoo("nnlm")).err())
        .contains("give one of --output, --check and --verify");
    assertThat(Run.of("tfjs", zoo("nnlm"), "--check", "--quantize=uint8").err())
        .contains("are for --output");
    assertThat(Run.of("tfjs", zoo("nnlm"), "--output=x", "--quantize=int3").err())
        .contains("must be a type (uint8, uint16 or float16)");
    assertThat(Run.of("tfjs", zoo("nnlm"), "--output=x", "--outputs=nothing").err())
        .contains("has no output 'nothing'");
    assertThat(Run.of("tfjs", zoo("nnlm"), "--output=x", "--isolate").err())
        .contains("neither trained nor converted; leave --isolate out");
  }
}
