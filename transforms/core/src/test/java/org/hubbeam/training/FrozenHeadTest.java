// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps from the same weights over the same batches end where Keras ends. */
class FrozenHeadTest {

  static Stream<JsonNode> trainings() {
    return StreamSupport.stream(HeadGoldens.ALL.get("trainings").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void tenStepsAreThoseOfKeras(JsonNode golden) {
    Task task = Task.valueOf(golden.get("task").asText());
    int hidden = golden.get("hidden").asInt();
    HeadForm form =
        new HeadForm(
            task,
            5,
            HeadGoldens.labels(task),
            HeadOptions.LINEAR
                .withHidden(hidden == 0 ? List.of() : List.of(hidden))
                .withActivation(Activation.valueOf(golden.get("activation").asText())));
    double clip = golden.get("clipNorm").asDouble();
    TrainingOptions options =
        TrainingOptions.DEFAULT
            .withOptimizer(optimizer(golden.get("optimizer").asText()))
            .withPenalties(
                new TrainingOptions.Penalties(
                    golden.get("l1").asDouble(), golden.get("l2").asDouble()))
            .withClipNorm(clip == 0 ? null : clip)
            .withLabelSmoothing(golden.get("labelSmoothing").asDouble());
    HeadFeeds feeds = new HeadFeeds(form, new RowWeights(new float[0]), TargetScale.NONE);
    ArrayRows rows = HeadGoldens.rows(task);
    try (FrozenHead head = new FrozenHead(feeds, options)) {
      Map<String, Array.Dense> state = new LinkedHashMap<>(head.state());
      int i = 0;
      for (String name : head.weights().keySet()) {
        Array.Dense before = head.weights().get(name);
        float[] start = HeadGoldens.floats(golden.get("start").get(i++));
        state.put(name, new Array.Dense(before.dims(), Values.of(start)));
      }
      head.restore(state);
      RowBatch batch = new RowBatch(HeadGoldens.ALL.get("batch").asInt(), rows);
      try (TrainingRows.Cursor cursor = rows.cursor()) {
        for (int step = 0; cursor.next(batch); step++) {
          double loss = head.step(batch, step, 1);
          assertThat(loss)
              .as("the loss of step %d", step)
              .isCloseTo(golden.get("losses").get(step).asDouble(), withinPercentage(1e-3));
        }
      }
      Head trained = HeadGraph.head(form, head.weights());
      for (int layer = 0; layer < trained.layers().size(); layer++) {
        assertClose(
            trained.layers().get(layer).weights(),
            HeadGoldens.floats(golden.get("end").get(2 * layer)));
        assertClose(
            trained.layers().get(layer).bias(),
            HeadGoldens.floats(golden.get("end").get(2 * layer + 1)));
      }
      assertSameLogits(head, trained, rows);
    }
  }

  private static Optimizer optimizer(String name) {
    return switch (name) {
      case "adam" -> new Optimizer.Adam(0.02);
      case "sgd" -> new Optimizer.Sgd(0.1);
      case "momentum" -> new Optimizer.Sgd(0.1, 0.9, Optimizer.Momentum.PLAIN);
      case "nesterov" -> new Optimizer.Sgd(0.1, 0.9, Optimizer.Momentum.NESTEROV);
      default -> new Optimizer.Adagrad(0.1);
    };
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  /** What the graph measures is what the head computes in Java. */
  private static void assertSameLogits(FrozenHead graph, Head head, ArrayRows rows) {
    double right = 0;
    for (int i = 0; i < rows.values().length; i++) {
      float[] logits = head.logits(rows.values()[i]);
      assertThat(logits).doesNotContain(Float.NaN);
      if (head.task() == Task.CLASSES) {
        int best = 0;
        for (int k = 1; k < logits.length; k++) {
          best = logits[k] > logits[best] ? k : best;
        }
        right += best == rows.labels()[i][0] ? rows.weights()[i] : 0;
      }
    }
    if (head.task() == Task.CLASSES) {
      double all = 0;
      for (float weight : rows.weights()) {
        all += weight;
      }
      assertThat(graph.measure(new RowBatches(rows, 7)).metric())
          .isCloseTo(right / all, within(1e-6));
    }
  }
}
