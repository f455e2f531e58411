// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.jspecify.annotations.Nullable;

/**
 * Something of a module that can be called.
 *
 * @param node its node in the object graph, or -1 for a signature that is only in the graph
 * @param defaults python values of arguments that the caller leaves out
 * @param tensorDefaults arrays for inputs that the caller leaves out
 * @param tensors for a signature that is only in the graph: the tensors of each input and output
 */
record Member(
    String name,
    ModuleInfo.Callable.Kind kind,
    int node,
    List<Trace> traces,
    Map<String, @Nullable Object> defaults,
    Map<String, Array.Dense> tensorDefaults,
    Endpoints tensors) {

  /** The graph's tensors by the names that the signature gives them. */
  record Endpoints(Map<String, List<String>> inputs, Map<String, List<String>> outputs) {
    static final Endpoints NONE = new Endpoints(Map.of(), Map.of());
  }
}
