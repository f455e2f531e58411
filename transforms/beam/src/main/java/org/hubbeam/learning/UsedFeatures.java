// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.hubbeam.training.AdaNetState;
import org.hubbeam.training.Ensemble;
import org.hubbeam.training.Member;

/**
 * An ensemble that takes only the features that its members use.
 *
 * @param features what gives them, in their order
 */
record UsedFeatures(List<FeatureSource> features, Ensemble ensemble) {

  UsedFeatures {
    features = List.copyOf(features);
  }

  /** The ensemble of a search, without the features that it does not use. */
  static UsedFeatures of(List<FeatureSource> all, AdaNetState state) {
    Ensemble ensemble = Objects.requireNonNull(state.chosen(), "ensemble").ensemble();
    List<Integer> used =
        new ArrayList<>(
            new TreeSet<>(
                ensemble.members().stream().flatMap(m -> m.features().stream()).toList()));
    List<Member> members =
        ensemble.members().stream()
            .map(
                m ->
                    new Member(
                        m.head(), m.features().stream().map(used::indexOf).toList(), m.weights()))
            .toList();
    return new UsedFeatures(
        used.stream().map(all::get).toList(),
        new Ensemble(
            ensemble.task(),
            ensemble.labels(),
            used.stream().map(ensemble.widths()::get).toList(),
            members,
            ensemble.bias()));
  }
}
