// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.ModuleWriter.Learning;
import org.jspecify.annotations.Nullable;

/**
 * A variable that a function of a module captures.
 *
 * @param path the name that {@code inspect} shows
 * @param node the node of {@link TrainableFunction#graph} that gives its resource
 * @param learning whether the module says that it is to be trained
 * @param use how the function's outputs depend on it
 * @param obstacle what keeps the outputs from being differentiated by it; null when there is one
 *     that can be
 */
public record ModuleVariable(
    String path,
    String node,
    DType dtype,
    Shape shape,
    Learning learning,
    Use use,
    @Nullable Obstacle obstacle) {

  /** How outputs depend on a variable. */
  public enum Use {
    /** It is read as a whole: its gradient has its shape. */
    DENSE,
    /** Only rows of it are gathered: its gradient is sparse. */
    TABLE,
    /** No floating output depends on it smoothly. */
    NONE
  }

  /** Whether the module wants it trained, and outputs can be differentiated by it. */
  public boolean trainable() {
    return learning == Learning.TRAINABLE && use != Use.NONE && obstacle == null;
  }
}
