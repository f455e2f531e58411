// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.training.Metrics;
import org.hubbeam.training.Task;
import org.hubbeam.training.TaskMetrics;
import org.hubbeam.training.TrainingHistory;

/** Reports of made-up trainings. */
final class SampleReports {

  static final List<String> LANGUAGES =
      List.of("de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "tr");

  private SampleReports() {}

  /** Languages of sentences; one sentence has markup. */
  static TrainingReport languages() {
    ObjectNode options = JsonNodeFactory.instance.objectNode().put("epochs", 12).put("seed", 0);
    options.put("module", "</script><script>document.title = 'x'</script>");
    return TrainingReport.of("Languages <b>of</b> sentences", Task.CLASSES)
        .withPart(TrainingReport.TRAIN, classes(LANGUAGES, 4000, 2.4, "train"), 0)
        .withPart(TrainingReport.HELD_OUT, classes(LANGUAGES, 1000, 1.9, "held"), 3)
        .withHistory(history())
        .withOptions(options);
  }

  private static TrainingHistory history() {
    List<TrainingHistory.StepLoss> steps = new ArrayList<>();
    List<TrainingHistory.EpochMetrics> epochs = new ArrayList<>();
    Random random = new Random(1);
    for (int step = 20; step <= 1200; step += 20) {
      double loss = 0.5 + 2 * Math.exp(-step / 250.0) + 0.1 * random.nextGaussian();
      steps.add(new TrainingHistory.StepLoss(step, loss, 0.001));
      if (step % 100 == 0) {
        double held = 0.75 + 1.8 * Math.exp(-step / 260.0) + 0.00005 * step;
        epochs.add(
            new TrainingHistory.EpochMetrics(
                step / 100,
                step,
                0.5 + 2 * Math.exp(-step / 250.0),
                new TrainingHistory.Measured(held, 0.82 - 0.6 * Math.exp(-step / 200.0))));
      }
    }
    return new TrainingHistory(steps, epochs, 900, 1200, TrainingHistory.End.EARLY_STOPPING, 8.4);
  }

  /** Scores of so many rows, the better the larger the gap. */
  static Metrics classes(List<String> labels, int rows, double gap, String name) {
    TaskMetrics.Running running =
        TaskMetrics.of(Task.CLASSES, labels).withMistakes(TaskMetrics.MISTAKES).start();
    Random random = new Random(rows);
    int k = labels.size();
    float[] scores = new float[rows * k];
    long[] truth = new long[rows];
    String[] ids = new String[rows];
    String[] shown = new String[rows];
    for (int row = 0; row < rows; row++) {
      truth[row] = Math.min(random.nextInt(k), random.nextInt(k + 4));
      for (int label = 0; label < k; label++) {
        // Neighbours are confused more often than others.
        double near = Math.abs(label - truth[row]) == 1 ? gap / 2 : 0;
        double logit = random.nextGaussian() + (label == truth[row] ? 1.6 * gap : near);
        scores[row * k + label] = (float) logit;
      }
      softmax(scores, row * k, k);
      ids[row] = name + ".csv@" + 40 * row;
      shown[row] =
          row % 3 == 0
              ? "<script>document.title = 'x'</script> & <b>" + row + "</b>"
              : "The sentence number " + row + " of a made-up text, with some words more.";
    }
    running.add(
        List.of(
            new Array.Dense(List.of((long) rows, (long) k), Values.of(scores)),
            Array.Dense.vector(Values.of(truth)),
            Array.Dense.vector(Values.of(ids)),
            Array.Dense.vector(Values.of(shown))));
    return running.metrics();
  }

  private static void softmax(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += Math.exp(values[i]);
    }
    for (int i = from; i < from + count; i++) {
      values[i] = (float) (Math.exp(values[i]) / sum);
    }
  }

  /** Prices of houses. */
  static TrainingReport numbers() {
    Random random = new Random(3);
    int rows = 800;
    float[] truth = new float[rows];
    float[] predicted = new float[rows];
    String[] ids = new String[rows];
    Arrays.setAll(ids, i -> "houses.csv@" + 90 * i);
    for (int row = 0; row < rows; row++) {
      truth[row] = (float) Math.exp(12 + 0.4 * random.nextGaussian());
      predicted[row] = (float) (truth[row] * Math.exp(0.1 * random.nextGaussian()));
    }
    TaskMetrics.Running running = TaskMetrics.of(Task.NUMBER, List.of()).withMistakes(9).start();
    running.add(
        List.of(
            Array.Dense.vector(Values.of(predicted)),
            Array.Dense.vector(Values.of(truth)),
            Array.Dense.vector(Values.of(ids)),
            Array.Dense.vector(Values.of(ids))));
    return TrainingReport.of("Prices", Task.NUMBER).withPart("houses.csv", running.metrics(), 0);
  }

  /** Pictures of two kinds, with the rounds of a search. */
  static TrainingReport pictures(List<String> files) {
    TaskMetrics.Running running =
        TaskMetrics.of(Task.BINARY, List.of("ham", "spam")).withMistakes(10).start();
    int rows = 200;
    Random random = new Random(4);
    float[] scores = new float[rows];
    long[] truth = new long[rows];
    String[] shown = new String[rows];
    for (int row = 0; row < rows; row++) {
      truth[row] = random.nextInt(2);
      scores[row] = (float) (1 / (1 + Math.exp(-(3 * truth[row] - 1.5 + random.nextGaussian()))));
      shown[row] = files.get(row % files.size());
    }
    running.add(
        List.of(
            Array.Dense.vector(Values.of(scores)),
            Array.Dense.vector(Values.of(truth)),
            Array.Dense.vector(Values.of(shown)),
            Array.Dense.vector(Values.of(shown))));
    return TrainingReport.of("Ham or spam", Task.BINARY)
        .withPart(TrainingReport.HELD_OUT, running.metrics(), 0)
        .withShown(TrainingReport.Shown.PICTURE)
        .withRounds(rounds());
  }

  private static Rounds rounds() {
    List<Rounds.Round> rounds = new ArrayList<>();
    List<String> modules = List.of("nnlm", "swivel", "demo");
    for (int round = 1; round <= 4; round++) {
      List<Rounds.Candidate> candidates = new ArrayList<>();
      if (round > 1) {
        candidates.add(candidate("as before", round - 1, 0));
      }
      for (int i = 0; i < modules.size(); i++) {
        candidates.add(candidate(modules.get(i), round, (i - 1) * 0.05));
      }
      rounds.add(new Rounds.Round(round, candidates, round == 1 ? 0 : round == 4 ? 0 : 1, 2.5));
    }
    List<Rounds.Member> members = new ArrayList<>();
    for (int round = 1; round <= 3; round++) {
      members.add(
          new Rounds.Member(
              "nnlm", round, List.of("nnlm"), List.of(64), 1, new float[] {1f / round}));
    }
    return new Rounds(
        "F on all training rows", rounds, new Rounds.Architecture(members, new float[] {0.1f}));
  }

  private static Rounds.Candidate candidate(String name, int members, double worse) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      all.add(name + " linear");
    }
    double loss = 0.3 + 0.5 / members + worse;
    return new Rounds.Candidate(
        name, all, loss + 0.02 * members, loss, 0.02 * members, Double.NaN, 1.5);
  }
}
