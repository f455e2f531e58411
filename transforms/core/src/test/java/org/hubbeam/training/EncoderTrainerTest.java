// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Encoders trained on a made-up language, whose words stand for those of another one by one. */
class EncoderTrainerTest {

  private static final EncoderShape SHAPE = new EncoderShape(4096, 32);
  private static final EncoderOptions OPTIONS =
      EncoderOptions.DEFAULT.withShape(SHAPE).withBatchSize(64).withThreads(1);

  private static final int PAIRS = 600;
  private static final int WORDS = 60;

  @Test
  void heldOutSentencesFindTheirTranslations() throws IOException {
    try (TextPairs pairs = TextPairs.open(SHAPE)) {
      add(pairs, sentences());
      TrainedEncoder trained =
          EncoderTrainer.train(pairs, OPTIONS, new Kept(), TrainingListener.NONE);
      TrainedEncoder.Found found = trained.found().get("made up");
      assertThat(found.untrained()).isLessThan(0.15);
      assertThat(found.forth()).isGreaterThan(0.9);
      assertThat(found.inBytes()).isCloseTo(found.forth(), within(0.02));
      assertThat(found.back()).isGreaterThan(0.9);
      assertThat(trained.trained() + trained.leftOut() + found.pairs()).isEqualTo(PAIRS);
      assertThat(trained.history().epochs()).hasSize(OPTIONS.epochs());
    }
  }

  @Test
  void orderAndThreadsDoNotMatter() throws IOException {
    List<String[]> sentences = sentences();
    TextEncoder one = train(sentences, OPTIONS.withEpochs(2));
    Collections.reverse(sentences);
    TextEncoder other = train(sentences, OPTIONS.withEpochs(2).withThreads(3));
    assertThat(other).isEqualTo(one);
    assertThat(train(sentences, OPTIONS.withEpochs(2).withSeed(1))).isNotEqualTo(one);
  }

  private static TextEncoder train(List<String[]> sentences, EncoderOptions options)
      throws IOException {
    try (TextPairs pairs = TextPairs.open(SHAPE)) {
      add(pairs, sentences);
      return EncoderTrainer.train(pairs, options, new Kept(), TrainingListener.NONE).encoder();
    }
  }

  @Test
  void interruptedTrainingEndsInTheSameEncoder() throws IOException {
    EncoderOptions options = OPTIONS.withEpochs(3);
    try (TextPairs pairs = TextPairs.open(SHAPE)) {
      add(pairs, sentences());
      TextEncoder whole =
          EncoderTrainer.train(pairs, options, new Kept(), TrainingListener.NONE).encoder();
      Kept kept = new Kept();
      TrainingListener killer =
          new TrainingListener() {
            @Override
            public void step(TrainingHistory.StepLoss step) {
              if (step.step() == 14) {
                throw new IllegalStateException("killed");
              }
            }
          };
      assertThatThrownBy(() -> EncoderTrainer.train(pairs, options, kept, killer))
          .hasMessage("killed");
      List<Long> done = new ArrayList<>();
      TrainingListener counter =
          new TrainingListener() {
            @Override
            public void started(long steps, long before) {
              done.add(before);
            }
          };
      TrainedEncoder resumed = EncoderTrainer.train(pairs, options, kept, counter);
      assertThat(done).containsExactly(10L);
      assertThat(resumed.encoder()).isEqualTo(whole);
      assertThat(resumed.history().epochs()).hasSize(3);
      assertThatThrownBy(
              () ->
                  EncoderTrainer.train(pairs, options.withRate(0.02), kept, TrainingListener.NONE))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("it has rate 0.01, this one rate 0.02");
    }
  }

  @Test
  void pairsOfHeldOutTextsAreNotLearntFrom() throws IOException {
    try (TextPairs pairs = TextPairs.open(SHAPE)) {
      List<String> lefts = new ArrayList<>();
      List<String> rights = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        lefts.add("left" + i % 20);
        rights.add("right" + i % 5);
      }
      assertThat(pairs.add(Values.of(lefts.toArray(new String[0])), values(rights), "a")).isEmpty();
      Split split = new Split(0.4);
      TextPairs.Parts parts = pairs.parts(split);
      List<Long> heldOut = new ArrayList<>();
      for (int pair : parts.heldOut().get("a")) {
        heldOut.add(pairs.firstText(pair));
        heldOut.add(pairs.secondText(pair));
      }
      for (int pair : parts.train()) {
        assertThat(heldOut).doesNotContain(pairs.firstText(pair), pairs.secondText(pair));
      }
      assertThat(parts.train().length + parts.heldOut().get("a").length + parts.leftOut())
          .isEqualTo(40);
    }
  }

  @Test
  void sidesWithoutWordsAreRefused() throws IOException {
    try (TextPairs pairs = TextPairs.open(SHAPE)) {
      assertThat(pairs.add(Values.of("a", "...", "b"), Values.of("x", "y", " "), "a"))
          .containsExactly(1, 2);
      assertThat(pairs.size()).isEqualTo(1);
      assertThatThrownBy(
              () ->
                  EncoderTrainer.train(
                      pairs, OPTIONS.withSplit(Split.NONE), new Kept(), TrainingListener.NONE))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("at least two");
    }
  }

  @Test
  void studentLearnsItsTeachersDirectionsWithAndWithoutAProjection() throws IOException {
    for (int width : List.of(32, 24)) {
      try (TaughtTexts texts = TaughtTexts.open(SHAPE)) {
        List<String[]> sentences = sentences();
        Random random = new Random(9);
        float[][] words = new float[WORDS][width];
        for (float[] word : words) {
          for (int d = 0; d < width; d++) {
            word[d] = (float) random.nextGaussian();
          }
        }
        float[] vectors = new float[sentences.size() * width];
        for (int i = 0; i < sentences.size(); i++) {
          for (String word : sentences.get(i)[0].split(" ", -1)) {
            for (int d = 0; d < width; d++) {
              vectors[i * width + d] += words[Integer.parseInt(word.substring(1))][d];
            }
          }
        }
        Values.Strings added = values(sentences.stream().map(s -> s[0]).toList());
        assertThat(texts.add(added, vectors)).isEmpty();
        assertThat(texts.add(added, vectors)).isEmpty();
        assertThat(texts.repeated()).isGreaterThanOrEqualTo(PAIRS);
        TrainedEncoder trained =
            EncoderTrainer.train(texts, OPTIONS.withEpochs(20), new Kept(), TrainingListener.NONE);
        assertThat(trained.encoder().outputs()).isEqualTo(width);
        TrainingHistory.Measured last = trained.history().epochs().get(19).heldOut();
        assertThat(last).isNotNull();
        assertThat(last.metric()).isGreaterThan(0.9);
      }
    }
  }

  private static void add(TextPairs pairs, List<String[]> sentences) {
    assertThat(
            pairs.add(
                values(sentences.stream().map(s -> s[0]).toList()),
                values(sentences.stream().map(s -> s[1]).toList()),
                "made up"))
        .isEmpty();
  }

  private static Values.Strings values(List<String> texts) {
    return Values.of(texts.toArray(new String[0]));
  }

  /** Sentences of words {@code w17}, and of characters that stand for them. */
  private static List<String[]> sentences() {
    Random random = new Random(3);
    List<String[]> sentences = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      StringBuilder left = new StringBuilder();
      StringBuilder right = new StringBuilder();
      for (int word = 0; word < 6; word++) {
        int number = random.nextInt(WORDS);
        left.append(word == 0 ? "" : " ").append('w').append(number);
        right.append((char) ('一' + number));
      }
      sentences.add(new String[] {left.toString(), right.toString()});
    }
    return sentences;
  }

  /** Keeps a state in memory, every ten steps. */
  private static final class Kept implements Checkpoints {
    private byte @Nullable [] state;

    @Override
    public @Nullable InputStream open() {
      return state == null ? null : new ByteArrayInputStream(state);
    }

    @Override
    public void write(Content content) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      content.writeTo(out);
      state = out.toByteArray();
    }

    @Override
    public void delete() {
      state = null;
    }

    @Override
    public Interval interval() {
      return new Interval(10, Duration.ofDays(1));
    }
  }
}
