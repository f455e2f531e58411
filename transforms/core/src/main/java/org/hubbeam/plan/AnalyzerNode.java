// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.Internal;

/**
 * An analyzer in a traced graph: a full pass over arrays of the graph. The graph has placeholders
 * for its results.
 *
 * @param name unique in its trace, for messages and steps
 * @param analysis what is computed
 * @param inputs its inputs
 * @param outputs the placeholder nodes of its results: one for each dense array, or one for the
 *     path of a file
 */
@Internal
public record AnalyzerNode(
    String name, Analysis analysis, List<TracedArray> inputs, List<String> outputs)
    implements Serializable {
  public AnalyzerNode {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
