// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.List;

/**
 * A head that is to be trained.
 *
 * @param features how many features a row has
 * @param labels the names of the classes or labels
 */
record HeadForm(Task task, int features, List<String> labels, HeadOptions options) {

  /** How many logits a row has. */
  int outputs() {
    return task.outputs(labels.size());
  }

  /** How many targets a row has. */
  int targets() {
    return task.targets(labels.size());
  }

  /** The number of features, of each hidden layer's outputs and of logits. */
  List<Integer> sizes() {
    List<Integer> sizes = new ArrayList<>();
    sizes.add(features);
    sizes.addAll(options.hidden());
    sizes.add(outputs());
    return sizes;
  }

  /** How many layers there are. */
  int layers() {
    return options.hidden().size() + 1;
  }

  /** Of a layer. */
  Activation activation(int layer) {
    return layer < layers() - 1 ? options.activation() : Activation.LINEAR;
  }
}
