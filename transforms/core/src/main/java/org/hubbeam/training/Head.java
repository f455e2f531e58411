// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.List;

/**
 * Dense layers from features to logits.
 *
 * @param layers from the features to the logits, at least one; the last is linear
 * @param dropout the part of the hidden outputs that training leaves out, 0 for none
 */
public record Head(Task task, List<String> labels, List<Layer> layers, double dropout)
    implements Scorer {

  public Head {
    labels = List.copyOf(labels);
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a head needs a layer");
    }
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i - 1).out() != layers.get(i).in()) {
        throw new IllegalArgumentException(
            "a layer that takes %d numbers cannot follow one that gives %d"
                .formatted(layers.get(i).in(), layers.get(i - 1).out()));
      }
    }
    Layer last = layers.get(layers.size() - 1);
    if (last.activation() != Activation.LINEAR) {
      throw new IllegalArgumentException("the last layer of a head gives logits: it is linear");
    }
    if (last.out() != task.outputs(labels.size())) {
      throw new IllegalArgumentException(
          "%d logits for %d labels of the task %s".formatted(last.out(), labels.size(), task));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout is from 0 to below 1, not " + dropout);
    }
  }

  /** A head that leaves nothing out in training. */
  public Head(Task task, List<String> labels, List<Layer> layers) {
    this(task, labels, layers, 0);
  }

  @Override
  public int features() {
    return layers.get(0).in();
  }

  @Override
  public float[] logits(float[] features) {
    return layers.get(layers.size() - 1).apply(lastHidden(features));
  }

  /** What goes into the last layer for one row: the features of a linear head. */
  public float[] lastHidden(float[] features) {
    float[] row = features;
    for (Layer layer : layers.subList(0, layers.size() - 1)) {
      row = layer.apply(row);
    }
    return row;
  }
}
