// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/**
 * How a {@link TextEncoder} is trained.
 *
 * @param shape the size of its table
 * @param epochs how often all texts are seen
 * @param batchSize the pairs, or texts, of a step; each pair has the others as counterexamples
 * @param rate how far Adam goes in a step
 * @param temperature what cosines are divided by before the softmax, for pairs
 * @param seed decides the first numbers of the table, and the order of the texts
 * @param split which texts are held out
 * @param threads how many threads a step has; 0 for as many as there are cores. The result is the
 *     same, bit by bit, on any number
 */
public record EncoderOptions(
    EncoderShape shape,
    int epochs,
    int batchSize,
    double rate,
    double temperature,
    long seed,
    Split split,
    int threads)
    implements Serializable {

  /** How often texts are seen when the vectors of a teacher are learnt. */
  public static final int TAUGHT_EPOCHS = 10;

  private static final int MOST_IN_BATCH = 4096;

  /** Six epochs of batches of 256, a tenth held out. */
  public static final EncoderOptions DEFAULT =
      new EncoderOptions(EncoderShape.DEFAULT, 6, 256, 0.01, 0.12, 0, new Split(0.1), 0);

  public EncoderOptions {
    if (epochs < 1) {
      throw new IllegalArgumentException("there is at least one epoch, not " + epochs);
    }
    if (threads < 0) {
      throw new IllegalArgumentException(
          "threads are 0 (as many as cores) or more, not " + threads);
    }
    if (batchSize < 2 || batchSize > MOST_IN_BATCH) {
      throw new IllegalArgumentException(
          "a batch has 2 to %,d texts, not %d".formatted(MOST_IN_BATCH, batchSize));
    }
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a rate is above 0, not " + rate);
    }
    if (!(temperature >= 0.01 && temperature <= 100)) {
      throw new IllegalArgumentException("a temperature is from 0.01 to 100, not " + temperature);
    }
  }

  /** Sets the size of the table. */
  public EncoderOptions withShape(EncoderShape value) {
    return new EncoderOptions(value, epochs, batchSize, rate, temperature, seed, split, threads);
  }

  /** Sets how often all texts are seen. */
  public EncoderOptions withEpochs(int value) {
    return new EncoderOptions(shape, value, batchSize, rate, temperature, seed, split, threads);
  }

  /** Sets the pairs, or texts, of a step. */
  public EncoderOptions withBatchSize(int value) {
    return new EncoderOptions(shape, epochs, value, rate, temperature, seed, split, threads);
  }

  /** Sets how far a step goes. */
  public EncoderOptions withRate(double value) {
    return new EncoderOptions(shape, epochs, batchSize, value, temperature, seed, split, threads);
  }

  /** Sets what cosines are divided by. */
  public EncoderOptions withTemperature(double value) {
    return new EncoderOptions(shape, epochs, batchSize, rate, value, seed, split, threads);
  }

  /** Sets the seed. */
  public EncoderOptions withSeed(long value) {
    return new EncoderOptions(shape, epochs, batchSize, rate, temperature, value, split, threads);
  }

  /** Sets which texts are held out. */
  public EncoderOptions withSplit(Split value) {
    return new EncoderOptions(shape, epochs, batchSize, rate, temperature, seed, value, threads);
  }

  /** Sets how many threads a step has. */
  public EncoderOptions withThreads(int value) {
    return new EncoderOptions(shape, epochs, batchSize, rate, temperature, seed, split, value);
  }
}
