// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.training.Checkpoints;
import org.hubbeam.training.HeadOptions;
import org.hubbeam.training.HeadTrainer;
import org.hubbeam.training.Layer;
import org.hubbeam.training.RowCollector;
import org.hubbeam.training.Split;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainedHead;
import org.hubbeam.training.TrainingData;
import org.hubbeam.training.TrainingHistory;
import org.hubbeam.training.TrainingListener;
import org.hubbeam.training.TrainingOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {

  @TempDir private Path work;

  private static String text(Checkpoints file) throws IOException {
    try (InputStream in = file.open()) {
      return in == null ? "none" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aStateTakesThePlaceOfTheOneBeforeWholeOrNotAtAll() throws IOException {
    CheckpointFile file = new CheckpointFile(work.resolve("left/checkpoint").toString());

    assertThat(text(file)).isEqualTo("none");
    file.write(out -> out.write("one".getBytes(StandardCharsets.UTF_8)));
    file.write(out -> out.write("two".getBytes(StandardCharsets.UTF_8)));
    assertThat(text(file)).isEqualTo("two");
    assertThatThrownBy(
            () ->
                file.write(
                    out -> {
                      out.write(1);
                      throw new IOException("the disk is full");
                    }))
        .hasMessage("the disk is full");
    assertThat(text(file)).isEqualTo("two");
    assertThat(work.resolve("left").toFile().list()).hasSize(1);
    file.delete();
    file.delete();
    assertThat(text(file)).isEqualTo("none");
  }

  /** Ends the training after some steps. */
  private record EndsAt(long step) implements TrainingListener {
    @Override
    public void step(TrainingHistory.StepLoss made) {
      if (made.step() == step) {
        throw new IllegalStateException("killed");
      }
    }
  }

  /** The same with a state after each step. */
  private record EachStep(CheckpointFile file) implements Checkpoints {
    @Override
    public InputStream open() throws IOException {
      return file.open();
    }

    @Override
    public void write(Content content) throws IOException {
      file.write(content);
    }

    @Override
    public void delete() throws IOException {
      file.delete();
    }

    @Override
    public Interval interval() {
      return new Interval(1, Interval.DEFAULT.time());
    }
  }

  private TrainedHead train(Checkpoints checkpoints, TrainingListener listener) throws IOException {
    TrainingOptions options = TrainingOptions.DEFAULT.withEpochs(4).withSplit(Split.NONE);
    try (RowCollector rows = RowCollector.of(Task.CLASSES, options, work, failure -> {})) {
      for (int i = 0; i < 100; i++) {
        rows.add("row" + i, i, new float[] {i % 3, i % 7, 1}, List.of("c" + i % 3), 1);
      }
      try (TrainingData data = rows.finish()) {
        return HeadTrainer.train(data, HeadOptions.LINEAR, options, checkpoints, listener);
      }
    }
  }

  @Test
  void aTrainingGoesOnFromItAndEndsInTheSameHead() throws IOException {
    CheckpointFile file = new CheckpointFile(work.resolve("checkpoint").toString());
    List<Long> resumed = new ArrayList<>();

    assertThatThrownBy(() -> train(new EachStep(file), new EndsAt(9))).hasMessage("killed");
    TrainedHead again =
        train(
            new EachStep(file),
            new TrainingListener() {
              @Override
              public void started(long steps, long done) {
                resumed.add(done);
              }
            });
    TrainedHead whole = train(Checkpoints.none(), TrainingListener.NONE);

    assertThat(resumed.get(0)).isBetween(7L, 9L);
    Layer last = again.head().layers().get(0);
    assertThat(last.weights()).containsExactly(whole.head().layers().get(0).weights());
    assertThat(last.bias()).containsExactly(whole.head().layers().get(0).bias());
  }
}
