// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.training.AdaNetOptions;
import org.hubbeam.training.AdaNetOptions.Bias;
import org.hubbeam.training.AdaNetOptions.Growth;
import org.hubbeam.training.AdaNetOptions.MixtureKind;
import org.hubbeam.training.AdaNetOptions.MixtureWeights;
import org.hubbeam.training.AdaNetOptions.Penalty;
import org.hubbeam.training.AdaNetOptions.Selection;
import org.hubbeam.training.AdaNetOptions.Strategy;
import org.hubbeam.training.HeadOptions;
import org.hubbeam.training.SubnetworkGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how an ensemble is searched for. */
@Section(Section.Heading.ENSEMBLE)
final class EnsembleOptions {

  /** Generators by the names that users write. */
  private enum Kind {
    modules,
    modulesInTurn,
    depth
  }

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "the number of rounds (default: 3)")
  private @Nullable Integer iterations;

  @Option(
      names = "--generator",
      paramLabel = "NAME",
      description =
          "what proposes the heads of a round: modules, one on each module; modulesInTurn, one on"
              + " one module; depth, two on all modules, as deep as the youngest member and one"
              + " layer deeper; or a class that implements SubnetworkGenerator (default: modules)")
  private String generator = Kind.modules.name();

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "the outputs of each hidden layer of --generator=depth (default: 64)")
  private @Nullable Integer width;

  @Option(
      names = "--strategy",
      split = ",",
      paramLabel = "NAME",
      description =
          "what candidates are: ${COMPLETION-CANDIDATES}: the ensemble before and one head, one"
              + " head alone, the ensemble before and all heads (default: GROW)")
  private List<Strategy> strategies = new ArrayList<>();

  @Option(
      names = "--mixture",
      paramLabel = "KIND",
      description =
          "the weight of a member: ${COMPLETION-CANDIDATES}: one number, one for each logit, a"
              + " matrix in place of its last layer (default: SCALAR)")
  private @Nullable MixtureKind mixture;

  @Option(
      names = "--learnWeights",
      description = "learn the weights of members (default: all count the same)")
  private boolean learnWeights;

  @Option(
      names = "--warmStart",
      description = "with --learnWeights: begin with the weights of the round before")
  private boolean warmStart;

  @Option(names = "--bias", description = "with --learnWeights: learn a bias, too")
  private boolean bias;

  @Option(
      names = "--lambda",
      paramLabel = "N",
      description = "what weights cost, times the complexity of their member (default: 0)")
  private double lambda;

  @Option(names = "--beta", paramLabel = "N", description = "what weights cost (default: 0)")
  private double beta;

  @Option(
      names = "--chooseBy",
      paramLabel = "VALUE",
      description =
          "which candidate wins a round: ${COMPLETION-CANDIDATES}: the least F on the rows that are"
              + " trained on or held out, the least loss, the best metric (default: OBJECTIVE)")
  private @Nullable Selection selection;

  @Option(names = "--forceGrow", description = "the ensemble before is no candidate")
  private boolean forceGrow;

  /** How ensembles are searched for. */
  AdaNetOptions options() {
    requireLearning("--warmStart", warmStart);
    requireLearning("--bias", bias);
    AdaNetOptions standard = AdaNetOptions.DEFAULT;
    MixtureKind kind = mixture == null ? standard.mixture() : mixture;
    requireLearning("--mixture=matrix", kind == MixtureKind.MATRIX);
    try {
      return new AdaNetOptions(
          iterations == null ? standard.rounds() : iterations,
          strategies.isEmpty() ? standard.strategies() : strategies,
          kind,
          !learnWeights
              ? MixtureWeights.FIXED
              : warmStart ? MixtureWeights.WARM_STARTED : MixtureWeights.LEARNT,
          bias ? Bias.LEARNT : Bias.NONE,
          new Penalty(lambda, beta),
          selection == null ? standard.selection() : selection,
          forceGrow ? Growth.ALWAYS : Growth.WHERE_BETTER);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--iterations, --lambda, --beta: " + e.getMessage());
    }
  }

  private void requireLearning(String option, boolean given) {
    if (given && !learnWeights) {
      throw new UsageException(option + " is for weights that are learnt: --learnWeights");
    }
  }

  /**
   * What proposes heads.
   *
   * @param form the form of those on modules; of deeper ones, activation and dropout
   * @param unless the form of those on modules where nothing is given
   */
  SubnetworkGenerator generator(HeadFormOptions form, HeadOptions unless) {
    boolean isDepth = generator.equalsIgnoreCase(Kind.depth.name());
    HeadOptions head = form.form(isDepth ? HeadOptions.LINEAR : unless);
    if (width != null && !isDepth) {
      throw new UsageException("--width is for --generator=depth");
    }
    if (isDepth && !head.isLinear()) {
      throw new UsageException(
          "--hidden is not for --generator=depth, which adds layers of --width outputs");
    }
    if (width != null && width < 1) {
      throw new UsageException("--width=" + width + " must be 1 or more");
    }
    for (Kind kind : Kind.values()) {
      if (generator.equalsIgnoreCase(kind.name())) {
        return switch (kind) {
          case modules -> SubnetworkGenerator.modules(head);
          case modulesInTurn -> SubnetworkGenerator.modulesInTurn(head);
          case depth -> SubnetworkGenerator.depth(width == null ? 64 : width, head);
        };
      }
    }
    return ofClass();
  }

  private SubnetworkGenerator ofClass() {
    String found = "--generator=" + generator;
    try {
      return Class.forName(generator)
          .asSubclass(SubnetworkGenerator.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ClassNotFoundException e) {
      throw new UsageException(
          found + " is neither modules, modulesInTurn or depth nor a class on the class path");
    } catch (ClassCastException e) {
      throw new UsageException(
          found + " does not implement " + SubnetworkGenerator.class.getName());
    } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
      throw new UsageException(found + " has no public constructor without parameters");
    } catch (InvocationTargetException e) {
      throw new UsageException(found + " cannot be made: " + e.getCause());
    }
  }
}
