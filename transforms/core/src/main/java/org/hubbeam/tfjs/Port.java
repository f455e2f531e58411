// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import org.hubbeam.batch.Shape;
import org.hubbeam.gradients.GraphFlow;
import org.tensorflow.proto.DataType;

/**
 * What goes into a graph, or comes out of it.
 *
 * @param name as callers know it
 * @param tensor {@code node:0}
 * @param type as the module declares it
 * @param shape what is known of the shape
 */
public record Port(String name, String tensor, DataType type, Shape shape) {

  /** Its node. */
  public String node() {
    return GraphFlow.producer(tensor);
  }

  Port withTensor(String other) {
    return new Port(name, other, type, shape);
  }

  Port named(String other) {
    return new Port(other, tensor, type, shape);
  }
}
