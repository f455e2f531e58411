// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes fewer of many candidates: one of each group, and those that are unlike each other. */
final class Regrouping {

  private Regrouping() {}

  /** The first candidate of each value of a column; those without a value all. */
  static List<Candidate> firstOfEach(String column, List<Candidate> candidates) {
    Set<Object> seen = new HashSet<>();
    List<Candidate> first = new ArrayList<>();
    for (Candidate candidate : candidates) {
      Object value = candidate.shard().value(candidate.row(), column);
      if (value == null || seen.add(value)) {
        first.add(candidate);
      }
    }
    return first;
  }

  /**
   * Maximal marginal relevance (Carbonell and Goldstein, 1998): always the candidate next that is
   * the nearest to the query and the farthest from those chosen before.
   *
   * @param lambda how much the nearness counts, against the other
   */
  static List<Candidate> diverse(List<Candidate> candidates, int k, double lambda, Metric metric) {
    int count = candidates.size();
    float[][] vectors = new float[count][];
    double[] resembling = new double[count];
    for (int i = 0; i < count; i++) {
      vectors[i] = candidates.get(i).shard().vector(candidates.get(i).row());
      resembling[i] = Double.NEGATIVE_INFINITY;
    }
    boolean[] taken = new boolean[count];
    List<Candidate> chosen = new ArrayList<>();
    int last = -1;
    while (chosen.size() < Math.min(k, count)) {
      int best = -1;
      double bestScore = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        if (taken[i]) {
          continue;
        }
        if (last >= 0) {
          resembling[i] = Math.max(resembling[i], similarity(vectors[i], vectors[last], metric));
        }
        double other = last < 0 ? 0 : (1 - lambda) * resembling[i];
        double weight = last < 0 ? 1 : lambda;
        double score = weight * nearness(candidates.get(i).score(), metric) - other;
        if (best < 0 || score > bestScore) {
          best = i;
          bestScore = score;
        }
      }
      taken[best] = true;
      last = best;
      chosen.add(candidates.get(best));
    }
    return chosen;
  }

  private static double nearness(double score, Metric metric) {
    return metric.isLargerNearer() ? score : -score;
  }

  private static double similarity(float[] a, float[] b, Metric metric) {
    double dot = 0;
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return metric == Metric.EUCLIDEAN ? -Math.sqrt(squares) : dot;
  }
}
