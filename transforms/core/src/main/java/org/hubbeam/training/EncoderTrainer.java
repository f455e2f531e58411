// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Trains small encoders of texts ({@link TextEncoder}), by lazy Adam. Of the epochs, that is kept
 * which is best on what is held out.
 *
 * <p>The same data, in any order, with the same options give the same encoder, bit by bit, on every
 * machine and any number of threads.
 */
public final class EncoderTrainer {

  private EncoderTrainer() {}

  /**
   * Trains an encoder that gives the texts of a pair similar vectors: each finds its own among
   * those of its batch by the softmax of cosines, both ways.
   *
   * @param checkpoints where the training goes on if it was interrupted
   * @throws TrainingException when there are fewer than two pairs to learn from, the loss is not
   *     finite, or the checkpoint is of other pairs or options
   */
  public static TrainedEncoder train(
      TextPairs pairs, EncoderOptions options, Checkpoints checkpoints, TrainingListener listener) {
    try (Lanes lanes = new Lanes(options.threads())) {
      PairObjective objective = new PairObjective(pairs, options, lanes);
      Map<String, PairObjective.Found> before = objective.search();
      TrainingLoop.Result result = run(objective, options, checkpoints, listener);
      TextEncoder encoder = objective.encoder(result.weights());
      Map<String, PairObjective.Found> rounded = objective.searchInBytes();
      Map<String, TrainedEncoder.Found> found = new LinkedHashMap<>();
      objective
          .search()
          .forEach(
              (name, after) ->
                  found.put(
                      name,
                      new TrainedEncoder.Found(
                          after.pairs(),
                          after.pool(),
                          Objects.requireNonNull(before.get(name)).forth(),
                          after.forth(),
                          after.back(),
                          Objects.requireNonNull(rounded.get(name)).forth())));
      return new TrainedEncoder(
          encoder, result.history(), objective.items().length, objective.leftOut(), found);
    }
  }

  /**
   * Trains an encoder that gives texts the direction of their teacher's vectors.
   *
   * @param checkpoints where the training goes on if it was interrupted
   * @throws TrainingException when there are fewer than two texts to learn from, the loss is not
   *     finite, or the checkpoint is of other texts or options
   */
  public static TrainedEncoder train(
      TaughtTexts texts,
      EncoderOptions options,
      Checkpoints checkpoints,
      TrainingListener listener) {
    try (Lanes lanes = new Lanes(options.threads())) {
      TeacherObjective objective = new TeacherObjective(texts, options, lanes);
      TrainingLoop.Result result = run(objective, options, checkpoints, listener);
      return new TrainedEncoder(
          objective.encoder(result.weights()),
          result.history(),
          objective.items().length,
          0,
          Map.of());
    }
  }

  private static TrainingLoop.Result run(
      EncoderObjective objective,
      EncoderOptions options,
      Checkpoints checkpoints,
      TrainingListener listener) {
    int[] items = objective.items();
    if (items.length < 2) {
      throw new TrainingException(
          "there must be at least two texts or pairs to learn from; found "
              + items.length
              + ", besides those held out ("
              + objective.heldOut()
              + "), left out or without a word");
    }
    TrainingOptions loop =
        TrainingOptions.DEFAULT
            .withOptimizer(new Optimizer.Adam(options.rate()))
            .withEpochs(options.epochs())
            .withBatchSize(options.batchSize())
            .withSeed(options.seed())
            .withEarlyStopping(EarlyStopping.NEVER);
    String fingerprint =
        String.join(
            "\n",
            "%d texts of hash %x".formatted(items.length, objective.hash()),
            options.shape().toString(),
            options.epochs() + " epochs of batches of " + options.batchSize(),
            "rate " + options.rate(),
            "temperature " + options.temperature(),
            "seed " + options.seed(),
            options.split().toString());
    return new TrainingLoop<>(
            objective,
            new Items(items, options.batchSize()),
            objective.heldOut() == 0 ? null : new Items(new int[0], options.batchSize()),
            loop,
            new TrainingLoop.Surroundings(fingerprint, checkpoints, listener))
        .run();
  }

  /** Numbers of texts or pairs, in batches. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
  private record Items(int[] items, int batchSize) implements TrainingLoop.Batches<int[]> {

    @Override
    public long rows() {
      return items.length;
    }

    @Override
    public int size(int[] batch) {
      return batch.length;
    }

    @Override
    public TrainingLoop.Source<int[]> all() {
      return new Cut(items, batchSize);
    }

    @Override
    public TrainingLoop.Source<int[]> shuffled(long seed) {
      int[] order = items.clone();
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = order.length - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int item = order[i];
        order[i] = order[other];
        order[other] = item;
      }
      return new Cut(order, batchSize);
    }
  }

  /** Cuts numbers into batches. */
  private static final class Cut implements TrainingLoop.Source<int[]> {
    private final int[] order;
    private final int size;
    private int next;

    Cut(int[] order, int size) {
      this.order = order;
      this.size = size;
    }

    @Override
    public int @Nullable [] next() {
      int from = next;
      next = Math.min(order.length, from + size);
      return from == order.length ? null : Arrays.copyOfRange(order, from, next);
    }

    @Override
    public void close() {}
  }
}
