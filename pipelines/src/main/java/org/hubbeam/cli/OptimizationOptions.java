// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.hubbeam.training.ClassWeights;
import org.hubbeam.training.EarlyStopping;
import org.hubbeam.training.HeadOptions;
import org.hubbeam.training.Optimizer;
import org.hubbeam.training.Schedule;
import org.hubbeam.training.Split;
import org.hubbeam.training.TrainingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a head is trained. */
@Section(Section.Heading.TRAINING)
final class OptimizationOptions {

  private static final String BALANCED = "balanced";

  /** Optimizers by the names that users write. */
  enum Kind {
    adam,
    sgd,
    adagrad,
    lbfgs
  }

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description =
          "${COMPLETION-CANDIDATES}; lbfgs goes over all rows at once and is for linear heads"
              + " (default: adam)")
  private @Nullable Kind optimizer;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "the rate before warm-up and decay (default: 0.001; sgd, adagrad: 0.01)")
  private @Nullable Double rate;

  @Option(names = "--momentum", paramLabel = "N", description = "the momentum of sgd (default: 0)")
  private @Nullable Double momentum;

  @Option(names = "--nesterov", description = "with --momentum: as Nesterov has it")
  private boolean nesterov;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "how often all rows are seen at most (default: 200)")
  private @Nullable Integer epochs;

  @Option(names = "--batchSize", paramLabel = "N", description = "the rows of a step (default: 32)")
  private @Nullable Integer batchSize;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "decides first weights, the order of rows, and dropout (default: 0)")
  private @Nullable Long seed;

  @Option(
      names = "--warmUp",
      paramLabel = "STEPS",
      description = "steps in which the rate rises (default: 0)")
  private @Nullable Long warmUp;

  @Option(
      names = "--decay",
      paramLabel = "KIND",
      description = "how the rate falls: ${COMPLETION-CANDIDATES} (default: CONSTANT)")
  private Schedule.@Nullable Decay decay;

  @Option(
      names = "--decayTo",
      paramLabel = "PART",
      description =
          "the part of the rate that is left at the last step (default: 0; EXPONENTIAL: 0.01)")
  private @Nullable Double decayTo;

  @Option(
      names = "--l1",
      paramLabel = "N",
      description = "times the sum of absolute weights, added to the loss (default: 0)")
  private @Nullable Double l1;

  @Option(
      names = "--l2",
      paramLabel = "N",
      description = "times the sum of squared weights, added to the loss (default: 0)")
  private @Nullable Double l2;

  @Option(
      names = "--clipNorm",
      paramLabel = "N",
      description = "the largest norm of all gradients together (default: any)")
  private @Nullable Double clipNorm;

  @Option(
      names = "--classWeights",
      paramLabel = "WEIGHTS",
      description =
          "'balanced', or CLASS=WEIGHT,..: how much the rows of a class count (default: all the"
              + " same)")
  private @Nullable String classWeights;

  @Option(
      names = "--labelSmoothing",
      paramLabel = "PART",
      description = "the part of a label that is spread over all classes (default: 0)")
  private @Nullable Double labelSmoothing;

  @Option(
      names = "--heldOut",
      paramLabel = "PART",
      description =
          "the part of the rows that is held out, told by a hash of the row (default: 0.2)")
  private @Nullable Double heldOut;

  @Option(
      names = "--patience",
      paramLabel = "EPOCHS",
      description =
          "ends when the loss on held-out rows has not fallen for so many epochs; 0: never"
              + " (default: 10)")
  private @Nullable Integer patience;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "the threads of training; with 1, the same rows and seed give the same head bit by bit;"
              + " 0: the cores (default: 1)")
  private @Nullable Integer threads;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description =
          "the memory for rows; more are kept in temporary files (default: a quarter of the heap)")
  private @Nullable Long memory;

  /** The form of a head for which no sizes of hidden layers are given. */
  HeadOptions form() {
    return optimizer == Kind.lbfgs ? HeadOptions.LINEAR : HeadOptions.DEFAULT;
  }

  /** How the head is trained. */
  TrainingOptions training() {
    TrainingOptions all = TrainingOptions.DEFAULT;
    all = set("--rate, --momentum", all, o -> o.withOptimizer(optimizer(o.optimizer())));
    all = set("--decay", all, o -> o.withSchedule(schedule(o.schedule())));
    all = given("--epochs", epochs, all, o -> o.withEpochs(or(epochs, o.epochs())));
    all = given("--batchSize", batchSize, all, o -> o.withBatchSize(or(batchSize, o.batchSize())));
    all = given("--seed", seed, all, o -> o.withSeed(or(seed, o.seed())));
    all =
        given(
            "--l1",
            l1,
            all,
            o -> o.withPenalties(o.penalties().withL1(or(l1, o.penalties().l1()))));
    all =
        given(
            "--l2",
            l2,
            all,
            o -> o.withPenalties(o.penalties().withL2(or(l2, o.penalties().l2()))));
    all = given("--clipNorm", clipNorm, all, o -> o.withClipNorm(clipNorm));
    all = set("--classWeights", all, o -> o.withClassWeights(classWeights(o.classWeights())));
    all =
        given(
            "--labelSmoothing",
            labelSmoothing,
            all,
            o -> o.withLabelSmoothing(or(labelSmoothing, o.labelSmoothing())));
    all =
        given(
            "--heldOut",
            heldOut,
            all,
            o -> o.withSplit(new Split(or(heldOut, o.split().heldOut()))));
    all =
        given(
            "--patience",
            patience,
            all,
            o ->
                o.withEarlyStopping(new EarlyStopping(or(patience, o.earlyStopping().patience()))));
    all =
        given(
            "--threads",
            threads,
            all,
            o -> o.withResources(o.resources().withThreads(or(threads, o.resources().threads()))));
    return given(
        "--memory",
        memory,
        all,
        o ->
            o.withResources(
                memory == null
                    ? o.resources()
                    : o.resources().withMemory(Math.multiplyExact(memory, 1L << 20))));
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  private static TrainingOptions given(
      String option,
      @Nullable Object value,
      TrainingOptions all,
      UnaryOperator<TrainingOptions> change) {
    return value == null ? all : set(option + "=" + value, all, change);
  }

  private static TrainingOptions set(
      String option, TrainingOptions all, UnaryOperator<TrainingOptions> change) {
    try {
      return change.apply(all);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }

  private Optimizer optimizer(Optimizer standard) {
    if (momentum != null && optimizer != Kind.sgd) {
      throw new UsageException("--momentum is for --optimizer=sgd");
    }
    if (nesterov && momentum == null) {
      throw new UsageException("--nesterov needs --momentum");
    }
    if (optimizer == null) {
      return rate == null ? standard : standard.withRate(rate);
    }
    return switch (optimizer) {
      case adam -> new Optimizer.Adam(or(rate, 0.001));
      case adagrad -> new Optimizer.Adagrad(or(rate, 0.01));
      case sgd ->
          new Optimizer.Sgd(
              or(rate, 0.01),
              or(momentum, 0.0),
              nesterov ? Optimizer.Momentum.NESTEROV : Optimizer.Momentum.PLAIN);
      case lbfgs -> lbfgs();
    };
  }

  private Optimizer lbfgs() {
    Map<String, @Nullable Object> unused = new LinkedHashMap<>();
    unused.put("--rate", rate);
    unused.put("--epochs", epochs);
    unused.put("--batchSize", batchSize);
    unused.put("--warmUp", warmUp);
    unused.put("--decay", decay);
    unused.put("--clipNorm", clipNorm);
    unused.forEach(
        (option, value) -> {
          if (value != null) {
            throw new UsageException(
                option + " is not for --optimizer=lbfgs, which goes over all rows at once");
          }
        });
    return Optimizer.Lbfgs.DEFAULT;
  }

  private Schedule schedule(Schedule standard) {
    if (decayTo != null && (decay == null || decay == Schedule.Decay.CONSTANT)) {
      throw new UsageException("--decayTo needs --decay=linear, cosine or exponential");
    }
    Schedule.Decay kind = or(decay, standard.decay());
    double end =
        decayTo != null
            ? decayTo
            : kind == Schedule.Decay.EXPONENTIAL ? 0.01 : decay == null ? standard.end() : 0;
    return new Schedule(or(warmUp, standard.warmUp()), kind, end);
  }

  private ClassWeights classWeights(ClassWeights standard) {
    if (classWeights == null) {
      return standard;
    }
    if (classWeights.equalsIgnoreCase(BALANCED)) {
      return ClassWeights.BALANCED;
    }
    Map<String, Double> weights = new LinkedHashMap<>();
    for (String part : classWeights.split(",", -1)) {
      int equals = part.lastIndexOf('=');
      try {
        weights.put(part.substring(0, equals), Double.valueOf(part.substring(equals + 1)));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        throw new UsageException(
            "--classWeights=" + classWeights + " must be 'balanced' or CLASS=WEIGHT,..");
      }
    }
    return new ClassWeights.Given(weights);
  }
}
