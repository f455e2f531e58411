// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.testdata.DemoModule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.types.TString;

/** What wrong options and data get from {@code train}: one line, before anything is written. */
class TrainMisuseTest {

  @TempDir private static Path shared;
  private static Path module;

  @TempDir private Path work;

  @BeforeAll
  static void writeModule() throws IOException {
    module = shared.resolve("demo");
    DemoModule.write(module);
  }

  private Path table(String... rows) throws IOException {
    return Files.write(work.resolve("t.csv"), List.of(rows));
  }

  private Run train(Path table, List<String> more) {
    List<String> all = new ArrayList<>(List.of("train", "--input=" + table, "--runner=direct"));
    all.add("--output=" + work.resolve("out"));
    all.addAll(more);
    if (more.stream().noneMatch(o -> o.startsWith("--module="))) {
      all.add("--module=" + module);
    }
    if (more.stream().noneMatch(o -> o.startsWith("--label="))) {
      all.add("--label=kind");
    }
    return Run.of(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--label=knd | --label=knd: no such column; the columns are [text, kind, w]",
        "--weightColumn=x | --weightColumn=x: no such column",
        "--column=kind | --label=kind is also a --column",
        "--column=txt | --column=txt: no such column",
        "--numbers=n | --numbers=n: no such column",
        "--labelSeparator=; --task=classes | --labelSeparator is for several labels of a row",
        "--hidden=-1 | a hidden layer cannot have -1 outputs",
        "--hidden=4 --dropout=1 | dropout is from 0 to below 1, not 1.0",
        "--hidden=0 --dropout=0.1 | --dropout is for hidden layers; --hidden=64 makes one",
        "--epochs=0 | --epochs=0: there is at least one epoch",
        "--batchSize=0 | --batchSize=0: there is at least one epoch and one row in a batch",
        "--rate=0 | a rate is above 0, not 0.0",
        "--momentum=0.9 | --momentum is for --optimizer=sgd",
        "--nesterov | --nesterov needs --momentum",
        "--optimizer=lbfgs --epochs=3 | --epochs is not for --optimizer=lbfgs",
        "--optimizer=lbfgs --hidden=3 | L-BFGS is for linear heads",
        "--task=number --labelSmoothing=0.1 | label smoothing is for labels, not for numbers",
        "--classWeights=a | --classWeights=a must be 'balanced' or CLASS=WEIGHT,..",
        "--classWeights=a=0 | the weight of class 'a' is above 0, not 0.0",
        "--heldOut=1 | --heldOut=1.0: the part that is held out is from 0 to below 1",
        "--patience=-1 | patience cannot be negative",
        "--decayTo=0.1 | --decayTo needs --decay=linear, cosine or exponential",
        "--decay=exponential --decayTo=0 | exponential decay ends above 0 of the rate",
        "--clipNorm=0 | the norm to clip at is above 0",
        "--l1=-1 | L1 and L2 cannot be negative",
        "--inputFormat=text | which has no labels; --inputFormat=csv, jsonl or tfrecord",
        "--imageSize=3 | --imageSize is not for tables",
        "--column=text --outputKey=x | has no such output",
        "--transform=nowhere | --transform=nowhere: no such folder",
        "--moduleRate=1 | --moduleRate"
      })
  void wrongOptionsGetALine(String options, String message) throws IOException {
    Run run = train(table("text,kind,w", "a b,x,1", "c d,y,2"), List.of(options.split(" ")));

    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).startsWith("hubbeam train: ").contains(message);
    assertThat(work.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x;x;x;x | '' | 1 | all 4 rows are of the class 'x'",
        "a;b;c;d;e;f | --heldOut=0.5 | 1 | give more rows of it, leave it out",
        "'1;2;3;oops' | --task=number --optimizer=sgd --rate=1e30 --heldOut=0 | 1 | the loss is NaN"
            + " at step 2, with the rate 1.0E30",
        "x;y;z;x | --task=binary --heldOut=0 | 1 | there are 3 classes, not two",
      })
  void dataWithNothingToLearnGetALine(String labels, String options, int code, String message)
      throws IOException {
    List<String> rows = new ArrayList<>(List.of("text,kind"));
    for (String label : labels.split(";", -1)) {
      rows.add("some words " + rows.size() + "," + label);
    }
    List<String> all = new ArrayList<>(List.of("--column=text"));
    if (!options.isEmpty()) {
      all.addAll(List.of(options.split(" ")));
    }
    Run run = train(table(rows.toArray(String[]::new)), all);

    assertThat(run.code()).as(run.err()).isEqualTo(code);
    String last = run.err().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).startsWith("hubbeam train: ");
    assertThat(last).contains(message);
    assertThat(work.resolve("out/saved_model.pb")).doesNotExist();
  }

  @Test
  void labelsThatAreNoNumbersAreFailuresEachWithItsReason() throws IOException {
    Run run = train(table("text,kind", "a,x", "b,y"), List.of("--column=text", "--task=number"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("ALL ROWS FAILED: 2 of 2", "kind: the label is 'x', expected a number");
  }

  @Test
  void aModuleWithoutFloatingOutputGivesNoFeatures() throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE)),
        f -> f.output("length", f.tf().strings.stringLength(f.input("text", TString.class))));
    writer.signature("serving_default", "__call__").write(work.resolve("lengths"));

    Run run =
        train(
            table("text,kind", "a,x", "b,y"),
            List.of("--column=text", "--module=" + work.resolve("lengths")));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("length: int32 [?]", "a head learns from floating point numbers");
  }

  @Test
  void anOutputThatIsThereIsNotReplacedUnasked() throws IOException {
    Files.createDirectories(work.resolve("out"));
    Files.writeString(work.resolve("out/saved_model.pb"), "x");

    Run run = train(table("text,kind", "a,x", "b,y"), List.of("--column=text"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("the output exists already", "--overwrite");
  }
}
