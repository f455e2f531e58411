// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.learning.FeatureSource;
import org.hubbeam.learning.JoinInputs;
import org.hubbeam.training.FineTuner;
import org.hubbeam.training.TrainingException;
import org.hubbeam.training.TuningOptions;
import org.jspecify.annotations.Nullable;

/**
 * Features of a module that is trained: of several that are called one after the other the last
 * one. What it takes is computed once.
 *
 * @param source the modules
 */
record TunedFeatures(ModuleFeatures feature, FeatureSource.OfModules source) {

  static TunedFeatures of(ModuleFeatures feature) {
    return new TunedFeatures(feature, (FeatureSource.OfModules) feature.source());
  }

  private FeatureSource.Call last() {
    return source.calls().get(source.calls().size() - 1);
  }

  private boolean isAlone() {
    return source.calls().size() == 1;
  }

  /**
   * Looks whether the module can be trained, before anything is read.
   *
   * @throws UsageException saying what stands in the way
   */
  void check(TuningOptions tuning) {
    ModuleCalls.Link link = link();
    try {
      FineTuner.of(
              link.module().folder(),
              link.spec().loading().options().withOriginOf(link.module()),
              link.spec().function())
          .withOutput(last().outputs().get(0))
          .withPooling(source.pooling())
          .withTuning(tuning)
          .check();
    } catch (TrainingException e) {
      throw new UsageException(link.module().handle() + ": " + e.getMessage());
    }
  }

  /** The module, as manifests tell of it. */
  ModuleManifest.Source manifest() {
    ModuleCalls.Link link = link();
    return new ModuleManifest.Source(
        link.module().handle(),
        link.module().url(),
        link.module().digest(),
        link.spec().function().toString(),
        Map.of());
  }

  private ModuleCalls.Link link() {
    List<ModuleCalls.Link> links = feature.calls().links();
    return links.get(links.size() - 1);
  }

  /** What is done with rows before modules are called. */
  List<Step> steps(List<Step> label) {
    List<Step> steps = new ArrayList<>(label);
    if (isAlone()) {
      steps.addAll(feature.before());
    }
    return steps;
  }

  /** What is called before the module. */
  List<ModuleFeatures> features() {
    return isAlone()
        ? List.of()
        : List.of(
            new ModuleFeatures(
                List.of(),
                feature.calls().withoutLast(),
                feature.before(),
                List.of(),
                List.of(),
                feature.source()));
  }

  /** Makes rows of what the module takes. */
  Step join(@Nullable String id, @Nullable String shown) {
    Map<String, String> inputs = last().inputs();
    JoinInputs join = JoinInputs.of(inputs);
    join = id == null ? join : join.withIdColumn(id);
    return Step.of("Join", "", shown == null ? join : join.withShown(shown));
  }
}
