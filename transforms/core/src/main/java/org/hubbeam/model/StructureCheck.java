// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/**
 * Checks the structure of a module before anything else relies on it: that all that is referred to
 * is there, and that nothing is larger than it can be. What Python's TensorFlow loads passes.
 */
final class StructureCheck {

  /** What constants that repeat one value may need in memory, all together. */
  private static final long MOST_REPEATED = 1L << 30;

  private StructureCheck() {}

  /**
   * Checks a graph with its functions, objects and signatures.
   *
   * @return the graph's nodes, for checking what is run of them
   * @throws Flaw saying where it is wrong, and what is wrong
   */
  static GraphCheck check(MetaGraphDef metaGraph) {
    GraphDef proto = metaGraph.getGraphDef();
    OpDefs ops = OpDefs.registered().with(proto.getLibrary());
    ValueCheck values = new ValueCheck(MOST_REPEATED);
    Map<String, FunctionDef> functions = functions(proto.getLibrary());
    functions.forEach(
        (name, function) -> {
          try {
            new FunctionCheck(ops, values, function).check();
          } catch (Flaw e) {
            throw e.in("the function " + Flaw.name(name));
          }
        });
    GraphCheck graph = new GraphCheck(ops, values, proto);
    graph.check();
    CallCheck.check(proto, functions);
    new ObjectGraphCheck(metaGraph, graph, functions, new StructuredValueCheck(values)).check();
    new SignatureCheck(metaGraph).check();
    return graph;
  }

  private static Map<String, FunctionDef> functions(FunctionDefLibrary library) {
    Map<String, FunctionDef> functions = new LinkedHashMap<>();
    for (FunctionDef function : library.getFunctionList()) {
      String name = function.getSignature().getName();
      if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
        throw new Flaw(Flaw.name(name) + " is no name of a function");
      }
      FunctionDef other = functions.put(name, function);
      if (other != null && !other.equals(function)) {
        throw new Flaw("two functions have the name " + Flaw.name(name));
      }
    }
    return functions;
  }
}
