// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.GraphDef;

/**
 * A graph with gradients.
 *
 * @param graph the graph that was given, and the operations that compute gradients
 * @param gradients a tensor for each tensor that was asked for; null where the scalar does not
 *     depend on it
 */
@Internal
public record Differentiated(GraphDef graph, List<@Nullable String> gradients) {

  public Differentiated {
    gradients = Collections.unmodifiableList(new ArrayList<>(gradients));
  }
}
