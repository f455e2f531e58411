// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A loaded module whose graph can grow. One thread at a time.
 *
 * @see ModuleGraph#open
 */
@Internal
public final class ModuleSession implements AutoCloseable {

  private final SessionProgram program;
  private final NativeSession session;
  private final Set<String> functions;
  private final Map<Key, ProgramCall> calls = new HashMap<>();

  private record Key(List<String> feeds, List<String> fetches, List<String> targets) {}

  ModuleSession(SessionProgram program) {
    this.program = program;
    this.session = program.session;
    this.functions = new HashSet<>(program.definition.functions().keySet());
  }

  /** Adds the nodes and functions of a graph that are not there yet. */
  public void extend(GraphDef graph) {
    GraphDef.Builder more = GraphDef.newBuilder().setVersions(graph.getVersions());
    graph.getLibrary().getFunctionList().stream()
        .filter(f -> functions.add(f.getSignature().getName()))
        .forEach(f -> more.getLibraryBuilder().addFunction(f));
    for (NodeDef node : graph.getNodeList()) {
      if (!session.has(node.getName())) {
        NodeDef.Builder copy = node.toBuilder().clearInput();
        for (String input : node.getInputList()) {
          // What is there already waits for nothing and changes nothing.
          if (!input.startsWith("^") || !session.has(input.substring(1))) {
            copy.addInput(input);
          }
        }
        more.addNode(copy);
      }
    }
    session.extend(more.build());
  }

  /**
   * Runs a part of the graph.
   *
   * @param feeds arrays by tensors
   * @param fetches tensors whose values are wanted
   * @param targets nodes that are run
   */
  public List<Array.Dense> run(
      Map<String, Array.Dense> feeds, List<String> fetches, List<String> targets) {
    List<String> names = new ArrayList<>();
    List<Array.Dense> arrays = new ArrayList<>();
    feeds.forEach(
        (tensor, array) -> {
          names.add(tensor);
          arrays.add(array);
        });
    Key key = new Key(List.copyOf(names), List.copyOf(fetches), List.copyOf(targets));
    return calls
        .computeIfAbsent(key, k -> session.call(k.feeds(), k.fetches(), k.targets()))
        .run(arrays);
  }

  /** The present value of a variable, by its node. */
  public Array.Dense value(String variable, DataType dtype) {
    return (Array.Dense) program.read(variable + "/hubbeam_read", variable + ":0", dtype);
  }

  /**
   * The present values of several variables, in one run: TensorFlow looks through all functions of
   * a module before the first run of each.
   *
   * @param variables their dtypes, by their nodes
   */
  public Map<String, Array.Dense> values(Map<String, DataType> variables) {
    GraphNodes nodes = new GraphNodes();
    List<String> reads = new ArrayList<>();
    variables.forEach(
        (variable, dtype) -> {
          String read = variable + "/hubbeam_read";
          if (!session.has(read)) {
            nodes.read(read, List.of(variable + ":0"), dtype);
          }
          reads.add(read + ":0");
        });
    session.extend(nodes.graph().build());
    List<Array.Dense> values = run(Map.of(), reads, List.of());
    Map<String, Array.Dense> named = new HashMap<>();
    int next = 0;
    for (String variable : variables.keySet()) {
      named.put(variable, values.get(next++));
    }
    return named;
  }

  /** Gives a variable a value, by its node. */
  public void assign(String variable, Array.Dense value) {
    String assign = variable + "/hubbeam_assign";
    DataType dtype = value.dtype().proto();
    if (!session.has(assign)) {
      GraphNodes nodes = new GraphNodes();
      String given = nodes.placeholder(assign + "/value", dtype, org.hubbeam.batch.Shape.UNKNOWN);
      if (!session.has(variable)) {
        nodes.variable(variable, dtype, new org.hubbeam.batch.Shape(value.dims()));
      }
      nodes.assign(assign, variable + ":0", given + ":0", dtype);
      session.extend(nodes.graph().build());
    }
    run(Map.of(assign + "/value:0", value), List.of(), List.of(assign));
  }

  /** Fills a new table. */
  void fill(String table, NodeDef like, List<Array.Dense> content) {
    GraphNodes nodes = new GraphNodes();
    nodes.node(
        table,
        "HashTableV2",
        List.of(),
        Map.of(
            "key_dtype", like.getAttrOrThrow("key_dtype"),
            "value_dtype", like.getAttrOrThrow("value_dtype"),
            "shared_name", Protos.attr(table)));
    String keys = nodes.constant(table + "/keys", Protos.tensor(content.get(0)));
    String values = nodes.constant(table + "/values", Protos.tensor(content.get(1)));
    String fill =
        nodes.node(
            table + "/fill",
            "LookupTableImportV2",
            List.of(table + ":0", keys + ":0", values + ":0"),
            Map.of(
                "Tin", like.getAttrOrThrow("key_dtype"),
                "Tout", like.getAttrOrThrow("value_dtype")));
    session.extend(nodes.graph().build());
    session.call(List.of(), List.of(), List.of(fill)).run(List.of());
  }

  @Override
  public void close() {
    program.close();
  }
}
