// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.training.Activation;
import org.hubbeam.training.Head;
import org.hubbeam.training.Layer;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainedModule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TFloat32;

/** {@code evaluate}, against the head that is in the module. */
class EvaluateTest {

  private static final List<String> COLORS = List.of("red", "green", "blue, or so");
  private static final int ROWS = 400;

  @TempDir Path work;
  private final List<float[]> rows = new ArrayList<>();

  @BeforeEach
  void rows() {
    Random random = new Random(1);
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          new float[] {Math.round(random.nextGaussian() * 100) / 100f, random.nextInt(9) / 4f});
    }
  }

  private static Head head(Task task, List<String> labels) {
    int outputs = task == Task.CLASSES || task == Task.LABELS ? labels.size() : 1;
    float[] weights = new float[2 * outputs];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (i * 7 % 5 - 2) / 2f;
    }
    float[] bias = new float[outputs];
    Layer layer = new Layer(2, outputs, weights, bias, Activation.LINEAR);
    return new Head(task, labels, List.of(layer));
  }

  private Path write(Head head) throws IOException {
    Path folder = work.resolve("module");
    TrainedModule.write(
        folder,
        List.of(new TrainedModule.NumericColumn("x"), new TrainedModule.NumericColumn("y")),
        head);
    return folder;
  }

  private Path table(List<String> labels, String... more) throws IOException {
    List<String> lines = new ArrayList<>(List.of("x,y,label,name"));
    for (int i = 0; i < ROWS; i++) {
      float[] row = rows.get(i);
      lines.add(row[0] + "," + row[1] + ",\"" + labels.get(i) + "\",row " + i);
    }
    lines.addAll(Arrays.asList(more));
    return Files.write(work.resolve("rows.csv"), lines);
  }

  private Run evaluate(String... more) {
    return Run.of(
        Stream.concat(
                Stream.of(
                    "evaluate",
                    "--module=" + work.resolve("module"),
                    "--input=" + work.resolve("rows.csv"),
                    "--label=label"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private String out(String name) {
    return "--output=" + work.resolve(name);
  }

  private JsonNode part(String name) throws IOException {
    return CliFixtures.json(work.resolve(name).resolve("report.json")).get("parts").get(0);
  }

  /** Labels that are right in four of five rows. */
  private List<String> labels(Head head) {
    Random random = new Random(2);
    List<String> labels = new ArrayList<>();
    for (float[] row : rows) {
      boolean wrong = random.nextInt(5) == 0;
      int label = wrong ? random.nextInt(head.labels().size()) : best(head.scores(row));
      labels.add(head.labels().get(label));
    }
    return labels;
  }

  private static int best(float[] scores) {
    if (scores.length == 1) {
      return scores[0] >= 0.5 ? 1 : 0;
    }
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  @Test
  void classesAreMeasuredAndWhatIsWrongIsAFailure() throws IOException {
    Head head = head(Task.CLASSES, COLORS);
    List<String> labels = labels(head);
    table(labels, "1,2,purple,unknown", "1,2,,none", "one,2,red,no number");
    write(head);
    Run run = evaluate(out("e"), "--idColumn=name", "--runner=direct");

    assertThat(run.code()).as(run.err()).isZero();
    int right = 0;
    double loss = 0;
    for (int i = 0; i < ROWS; i++) {
      float[] scores = head.scores(rows.get(i));
      int label = COLORS.indexOf(labels.get(i));
      right += best(scores) == label ? 1 : 0;
      loss -= Math.log(scores[label]) / ROWS;
    }
    JsonNode part = part("e");
    assertThat(part.get("rows").asInt()).isEqualTo(ROWS);
    assertThat(part.get("failures").asInt()).isEqualTo(3);
    assertThat(part.get("accuracy").asDouble()).isEqualTo((double) right / ROWS);
    assertThat(part.get("log_loss").asDouble()).isCloseTo(loss, within(1e-6));
    assertThat(part.get("mistakes").get(0).get("id").asText()).startsWith("row ");
    assertThat(run.out())
        .contains(String.format(Locale.ROOT, "accuracy %.4f", (double) right / ROWS))
        .contains("blue, or so")
        .contains("was taken for")
        .contains("400 rows, 3 failures");
    assertThat(Files.readString(work.resolve("e/failures.jsonl")).lines())
        .hasSize(3)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("\"id\":\"unknown\",\"column\":\"label\"")
                    .contains("the label 'purple' is none that the module knows: red, green"))
        .anySatisfy(line -> assertThat(line).contains("the row has no label"))
        .anySatisfy(line -> assertThat(line).contains("one"));
    assertThat(Files.readString(work.resolve("e/report.html"))).contains("blue, or so");
    assertThat(CliFixtures.json(work.resolve("e/manifest.json")).get("rows").asInt())
        .isEqualTo(ROWS);
  }

  @Test
  void anyNumberOfWorkersGivesTheSameReport() throws IOException {
    Head head = head(Task.CLASSES, COLORS);
    List<String> lines = Files.readAllLines(table(labels(head)));
    for (int file = 0; file < 4; file++) {
      List<String> some = new ArrayList<>(lines.subList(0, 1));
      some.addAll(lines.subList(1 + 100 * file, 101 + 100 * file));
      Files.write(work.resolve("some" + file + ".csv"), some);
    }
    write(head);
    for (int workers : new int[] {1, 3}) {
      Run run =
          Run.of(
              "evaluate",
              "--module=" + work.resolve("module"),
              "--input=" + work.resolve("some*.csv"),
              "--label=label",
              out("with" + workers),
              "--runner=direct",
              "--targetParallelism=" + workers);
      assertThat(run.code()).as(run.err()).isZero();
    }
    assertThat(work.resolve("with3/report.json"))
        .hasSameTextualContentAs(work.resolve("with1/report.json"));
  }

  @Test
  void severalLabelsOfARow() throws IOException {
    Head head = head(Task.LABELS, COLORS);
    List<String> labels = new ArrayList<>();
    int right = 0;
    for (float[] row : rows) {
      List<String> has = new ArrayList<>();
      float[] scores = head.scores(row);
      boolean all = true;
      for (int i = 0; i < COLORS.size(); i++) {
        boolean is = scores[i] >= 0.4;
        all &= is == scores[i] >= 0.6;
        if (is) {
          has.add(COLORS.get(i));
        }
      }
      right += all ? 1 : 0;
      labels.add(String.join(";", has));
    }
    table(labels);
    write(head);
    Run run = evaluate(out("e"), "--labelSeparator=;", "--threshold=0.6", "--runner=direct");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(part("e").get("accuracy").asDouble()).isEqualTo((double) right / ROWS);
    assertThat(part("e").get("micro").get("precision").asDouble()).isEqualTo(1);
    assertThat(part("e").get("micro").get("roc_area").asDouble()).isEqualTo(1);
  }

  @Test
  void twoClassesWithWeights() throws IOException {
    Head head = head(Task.BINARY, List.of("ham", "spam"));
    List<String> labels = labels(head);
    table(labels);
    write(head);
    Run run = evaluate(out("e"), "--weightColumn=y", "--runner=direct");
    assertThat(run.code()).as(run.err()).isZero();
    double right = 0;
    double all = 0;
    for (int i = 0; i < ROWS; i++) {
      float weight = rows.get(i)[1];
      all += weight;
      boolean hit = head.labels().get(best(head.scores(rows.get(i)))).equals(labels.get(i));
      right += hit ? weight : 0;
    }
    assertThat(part("e").get("kind").asText()).isEqualTo("binary");
    assertThat(part("e").get("weight").asDouble()).isEqualTo(all);
    assertThat(part("e").get("accuracy").asDouble()).isCloseTo(right / all, within(1e-12));
  }

  @Test
  void numbers() throws IOException {
    Head head = head(Task.NUMBER, List.of());
    List<String> labels = new ArrayList<>();
    double squares = 0;
    for (int i = 0; i < ROWS; i++) {
      float truth = head.scores(rows.get(i))[0] + (i % 3 - 1);
      labels.add(Float.toString(truth));
      squares += (double) (i % 3 - 1) * (i % 3 - 1);
    }
    table(labels, "1,2,much,none", "1,2,NaN,none");
    write(head);
    Run run = evaluate("--runner=direct", out("e"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(part("e").get("rmse").asDouble()).isCloseTo(Math.sqrt(squares / ROWS), within(1e-5));
    assertThat(part("e").get("failures").asInt()).isEqualTo(2);
    assertThat(run.out()).contains("RMSE 0.81").contains("R² ");
  }

  /** A module of other origin: no names, and logits. */
  @Test
  void aModuleThatWasNotTrainedHere() throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE)),
        f -> {
          var x = f.tf().expandDims(f.input("x", TFloat32.class), f.tf().constant(1));
          f.output("logits", f.tf().concat(List.of(f.tf().math.neg(x), x), f.tf().constant(1)));
        });
    writer.signature("serving_default", "__call__").write(work.resolve("module"));
    List<String> labels = rows.stream().map(row -> row[0] > 0.3 ? "1" : "0").toList();
    table(labels);
    Run run = evaluate("--column=x", "--runner=direct", out("numbers"));
    assertThat(run.code()).as(run.err()).isZero();
    double expected = rows.stream().filter(r -> r[0] > 0.3 == r[0] > 0).count() / (double) ROWS;
    assertThat(part("numbers").get("accuracy").asDouble()).isEqualTo(expected);

    Path names = Files.write(work.resolve("names.txt"), List.of("below", "above"));
    table(rows.stream().map(row -> row[0] > 0.3 ? "above" : "below").toList());
    run = evaluate("--column=x", "--runner=direct", out("names"), "--labels=" + names);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(part("names").get("accuracy").asDouble()).isEqualTo(expected);
    assertThat(part("names").get("log_loss")).isEqualTo(part("numbers").get("log_loss"));

    run = evaluate("--column=x", "--runner=direct", "--scores=PROBABILITIES");
    assertThat(run.code()).isEqualTo(Main.FAILED);
    assertThat(run.err()).contains("does the module give logits?");
  }

  @Test
  void withoutOutputOnlyFailuresStay() throws IOException {
    Head head = head(Task.CLASSES, COLORS);
    write(head);
    table(labels(head));
    Run run = evaluate("--runner=direct");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("accuracy").contains("400 rows, 0 failures");
    assertThat(run.out() + run.err()).doesNotContain(" -> ");

    table(labels(head), "1,2,purple,unknown");
    run = evaluate("--runner=direct");
    Path failures = Path.of(run.err().strip().replaceFirst("(?s).*failures are listed in ", ""));
    assertThat(failures).content().contains("purple");
    Files.delete(failures);
    assertThat(failures.getParent()).isEmptyDirectory();
    Files.delete(failures.getParent());
  }

  @Test
  void wrongOptionsAreToldInOneLine() throws IOException {
    Head head = head(Task.CLASSES, COLORS);
    write(head);
    table(labels(head));
    refused("no such column; the columns are [x, y, label, name]", "--label=color");
    refused("--threshold=0.3 is where there is one score", "--threshold=0.3");
    refused("has no such output", "--outputKey=nothing");
    refused("--labels=gone.txt: no such file", "--labels=gone.txt");
    Path two = Files.write(work.resolve("two.txt"), List.of("red", "green"));
    refused("has 3 scores for 2 labels", "--labels=" + two);
    Path same = Files.write(work.resolve("same.txt"), List.of("red", "red", "green"));
    refused("the label 'red' is there twice", "--labels=" + same);
    refused("--task=binary needs two labels, not 3", "--task=BINARY");
    refused("--mistakes=-1 must be 0 or more", "--mistakes=-1");
    Files.writeString(Files.createDirectory(work.resolve("full")).resolve("manifest.json"), "{}");
    refused("the output exists already", out("full"));
  }

  private void refused(String message, String option) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--module=" + work.resolve("module"),
                "--input=" + work.resolve("rows.csv"),
                "--runner=direct",
                option));
    if (!option.startsWith("--label=")) {
      arguments.add("--label=label");
    }
    Run run = Run.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(option).isIn(1, 2);
    assertThat(run.err()).contains(message);
    assertThat(run.err().strip().lines()).as(run.err()).hasSize(1);
  }
}
