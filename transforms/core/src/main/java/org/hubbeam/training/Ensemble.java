// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.List;

/**
 * A weighted sum of heads.
 *
 * @param widths how many numbers each feature has; a row is all of them, concatenated
 * @param bias is added to the logits, by logit; not to be changed
 */
public record Ensemble(
    Task task, List<String> labels, List<Integer> widths, List<Member> members, float[] bias)
    implements Scorer {

  public Ensemble {
    labels = List.copyOf(labels);
    widths = List.copyOf(widths);
    members = List.copyOf(members);
    int outputs = task.outputs(labels.size());
    if (members.isEmpty() || bias.length != outputs) {
      throw new IllegalArgumentException(
          "%d members and a bias of %d for %d logits"
              .formatted(members.size(), bias.length, outputs));
    }
  }

  @Override
  public int features() {
    return widths.stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public float[] logits(float[] features) {
    double[] sums = new double[bias.length];
    for (int o = 0; o < sums.length; o++) {
      sums[o] = bias[o];
    }
    for (Member member : members) {
      double[] logits = member.weights().logits(member.head(), row(member, features));
      for (int o = 0; o < sums.length; o++) {
        sums[o] += logits[o];
      }
    }
    float[] result = new float[sums.length];
    for (int o = 0; o < sums.length; o++) {
      result[o] = (float) sums[o];
    }
    return result;
  }

  /** The features of a member, concatenated. */
  private float[] row(Member member, float[] features) {
    float[] row = new float[member.head().features()];
    int at = 0;
    for (int feature : member.features()) {
      int from = widths.subList(0, feature).stream().mapToInt(Integer::intValue).sum();
      System.arraycopy(features, from, row, at, widths.get(feature));
      at += widths.get(feature);
    }
    return row;
  }
}
