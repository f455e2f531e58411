// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.model.ForeignGraph;
import org.hubbeam.model.GraphSession;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Runs a graph model with TensorFlow, without Node or a browser. One thread at a time. */
public final class GraphModelSession implements AutoCloseable {

  private final GraphModel model;
  private final GraphSession session;

  private GraphModelSession(GraphModel model, GraphSession session) {
    this.model = model;
    this.session = session;
  }

  /**
   * Loads a model and fills its tables.
   *
   * @throws ConversionException when TensorFlow does not take the graph, or an operation reaches
   *     outside of it
   */
  public static GraphModelSession open(GraphModel model) {
    List<String> imports = new ArrayList<>();
    GraphSession session;
    try {
      GraphDef plain = Unfusing.graph(model);
      GraphDef.Builder graph = plain.toBuilder().clearNode();
      for (NodeDef node : plain.getNodeList()) {
        if (model.tables().stream().noneMatch(t -> t.node().equals(node.getName()))) {
          graph.addNode(node);
        }
      }
      for (Table table : model.tables()) {
        graph.addAllNode(TableNodes.of(table, table.node()));
        imports.add(TableNodes.filling(table.node()));
      }
      ForeignGraph.require(graph.build());
      session = GraphSession.open(graph.build());
    } catch (RuntimeException e) {
      throw new ConversionException("the graph cannot be run: " + e.getMessage(), e);
    }
    try {
      session.run(Map.of(), List.of(), imports);
      return new GraphModelSession(model, session);
    } catch (RuntimeException e) {
      session.close();
      throw new ConversionException("the tables cannot be filled: " + e.getMessage(), e);
    }
  }

  /**
   * Runs the model.
   *
   * @param inputs by the names of the signature, in whatever type holds their values
   * @return the outputs by their names
   * @throws ConversionException when an input is missing
   */
  public Map<String, Array.Dense> run(Map<String, Array.Dense> inputs) {
    return run(inputs, Map.of());
  }

  /**
   * Runs the model with other values of some tensors.
   *
   * @param others by tensors, {@code node:0}
   */
  Map<String, Array.Dense> run(Map<String, Array.Dense> inputs, Map<String, Array.Dense> others) {
    Map<String, Array.Dense> feeds = new LinkedHashMap<>(others);
    for (Port input : model.inputs()) {
      Array.Dense given = inputs.get(input.name());
      if (given == null) {
        throw new ConversionException(
            "the input '" + input.name() + "' is missing; given are " + inputs.keySet());
      }
      feeds.put(input.tensor(), StoredWeights.cast(given, input.type()));
    }
    List<Array.Dense> values =
        session.run(feeds, model.outputs().stream().map(Port::tensor).toList(), List.of());
    Map<String, Array.Dense> outputs = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      outputs.put(model.outputs().get(i).name(), values.get(i));
    }
    return outputs;
  }

  /** Gives back all memory. */
  @Override
  public void close() {
    session.close();
  }
}
