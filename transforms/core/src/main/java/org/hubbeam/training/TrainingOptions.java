// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a head is trained.
 *
 * @param optimizer how weights are changed
 * @param schedule how the rate changes
 * @param epochs how often all rows are seen at most; not for {@link Optimizer.Lbfgs}
 * @param batchSize the rows of a step
 * @param seed decides the first weights, the order of rows and what dropout leaves out
 * @param penalties what large weights cost
 * @param clipNorm the largest norm of all gradients together; null for any
 * @param classWeights how much the rows of each class count
 * @param labelSmoothing the part of a label that is spread over all, as in Keras; 0 for none
 * @param earlyStopping when training ends before its last epoch
 * @param split which rows are held out
 * @param resources threads and memory
 */
public record TrainingOptions(
    Optimizer optimizer,
    Schedule schedule,
    int epochs,
    int batchSize,
    long seed,
    Penalties penalties,
    @Nullable Double clipNorm,
    ClassWeights classWeights,
    double labelSmoothing,
    EarlyStopping earlyStopping,
    Split split,
    Resources resources)
    implements Serializable {

  /** Adam for at most 200 epochs of batches of 32, a fifth of the rows held out. */
  public static final TrainingOptions DEFAULT =
      new TrainingOptions(
          new Optimizer.Adam(0.001),
          Schedule.CONSTANT,
          200,
          32,
          0,
          Penalties.NONE,
          null,
          ClassWeights.NONE,
          0,
          EarlyStopping.DEFAULT,
          Split.DEFAULT,
          Resources.DEFAULT);

  public TrainingOptions {
    if (epochs < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "there is at least one epoch and one row in a batch; found %d and %d"
              .formatted(epochs, batchSize));
    }
    if (clipNorm != null && !(clipNorm > 0)) {
      throw new IllegalArgumentException("the norm to clip at is above 0, not " + clipNorm);
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing is from 0 to below 1, not " + labelSmoothing);
    }
  }

  /**
   * What large weights add to the loss; biases cost nothing.
   *
   * @param l1 times the sum of the absolute weights
   * @param l2 times the sum of the squared weights, as Keras has it
   */
  public record Penalties(double l1, double l2) implements Serializable {

    /** Weights cost nothing. */
    public static final Penalties NONE = new Penalties(0, 0);

    public Penalties {
      if (!(l1 >= 0 && l2 >= 0)) {
        throw new IllegalArgumentException(
            "L1 and L2 cannot be negative: found %s and %s".formatted(l1, l2));
      }
    }

    /** Sets L1. */
    public Penalties withL1(double value) {
      return new Penalties(value, l2);
    }

    /** Sets L2. */
    public Penalties withL2(double value) {
      return new Penalties(l1, value);
    }
  }

  /**
   * Threads and memory.
   *
   * @param threads the threads of one step; with one, the same rows and seed give the same head bit
   *     by bit; 0 for as many as there are cores
   * @param memory the bytes that rows may take; what does not fit is kept in files
   */
  public record Resources(int threads, long memory) implements Serializable {

    /** One thread, a quarter of the heap. */
    public static final Resources DEFAULT = new Resources(1, Runtime.getRuntime().maxMemory() / 4);

    public Resources {
      if (threads < 0 || memory < 1 << 20) {
        throw new IllegalArgumentException(
            "threads cannot be negative and rows need 1 MiB of memory; found %d and %d"
                .formatted(threads, memory));
      }
    }

    /** Sets the number of threads. */
    public Resources withThreads(int value) {
      return new Resources(value, memory);
    }

    /** Sets the memory in bytes. */
    public Resources withMemory(long value) {
      return new Resources(threads, value);
    }
  }

  /** Sets the optimizer. */
  public TrainingOptions withOptimizer(Optimizer value) {
    return new TrainingOptions(
        value,
        schedule,
        epochs,
        batchSize,
        seed,
        penalties,
        clipNorm,
        classWeights,
        labelSmoothing,
        earlyStopping,
        split,
        resources);
  }

  /** Sets how the rate changes. */
  public TrainingOptions withSchedule(Schedule value) {
    return new TrainingOptions(
        optimizer,
        value,
        epochs,
        batchSize,
        seed,
        penalties,
        clipNorm,
        classWeights,
        labelSmoothing,
        earlyStopping,
        split,
        resources);
  }

  /** Sets how often all rows are seen at most. */
  public TrainingOptions withEpochs(int value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        value,
        batchSize,
        seed,
        penalties,
        clipNorm,
        classWeights,
        labelSmoothing,
        earlyStopping,
        split,
        resources);
  }

  /** Sets the rows of a step. */
  public TrainingOptions withBatchSize(int value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        epochs,
        value,
        seed,
        penalties,
        clipNorm,
        classWeights,
        labelSmoothing,
        earlyStopping,
        split,
        resources);
  }

  /** Sets the seed. */
  public TrainingOptions withSeed(long value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        epochs,
        batchSize,
        value,
        penalties,
        clipNorm,
        classWeights,
        labelSmoothing,
        earlyStopping,
        split,
        resources);
  }

  /** Sets what large weights cost. */
  public TrainingOptions withPenalties(Penalties value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        epochs,
        batchSize,
        seed,
        value,
        clipNorm,
        classWeights,
        labelSmoothing,
        earlyStopping,
        split,
        resources);
  }

  /** Sets the largest norm of all gradients together; null for any. */
  public TrainingOptions withClipNorm(@Nullable Double value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        epochs,
        batchSize,
        seed,
        penalties,
        value,
        classWeights,
        labelSmoothing,
        earlyStopping,
        split,
        resources);
  }

  /** Sets how much the rows of each class count. */
  public TrainingOptions withClassWeights(ClassWeights value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        epochs,
        batchSize,
        seed,
        penalties,
        clipNorm,
        value,
        labelSmoothing,
        earlyStopping,
        split,
        resources);
  }

  /** Sets the part of a label that is spread over all. */
  public TrainingOptions withLabelSmoothing(double value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        epochs,
        batchSize,
        seed,
        penalties,
        clipNorm,
        classWeights,
        value,
        earlyStopping,
        split,
        resources);
  }

  /** Sets when training ends before its last epoch. */
  public TrainingOptions withEarlyStopping(EarlyStopping value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        epochs,
        batchSize,
        seed,
        penalties,
        clipNorm,
        classWeights,
        labelSmoothing,
        value,
        split,
        resources);
  }

  /** Sets which rows are held out. */
  public TrainingOptions withSplit(Split value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        epochs,
        batchSize,
        seed,
        penalties,
        clipNorm,
        classWeights,
        labelSmoothing,
        earlyStopping,
        value,
        resources);
  }

  /** Sets threads and memory. */
  public TrainingOptions withResources(Resources value) {
    return new TrainingOptions(
        optimizer,
        schedule,
        epochs,
        batchSize,
        seed,
        penalties,
        clipNorm,
        classWeights,
        labelSmoothing,
        earlyStopping,
        split,
        value);
  }
}
