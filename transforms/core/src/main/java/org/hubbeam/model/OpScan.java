// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The ops of a module, with those that this runtime lacks and those that a module from elsewhere
 * may not use. The whole graph, the whole function library and the graphs in constants are looked
 * through, whether anything reaches them or not.
 *
 * @param ops all ops, without functions called as ops
 * @param absent those that this runtime lacks, each at its first places
 * @param unsafe what is not let in, each at its first places
 */
record OpScan(
    SortedSet<String> ops, List<ModuleInfo.UnsafeOp> absent, List<ModuleInfo.UnsafeOp> unsafe) {

  private static final Logger LOG = LoggerFactory.getLogger(OpScan.class);

  /** What was logged: a module is loaded by many, and looked at before. */
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  private static final int SHOWN = 8;
  private static final int MOST_NAMED = 100;
  private static final int MOST_HELD = 1000;
  private static final long MOST_HELD_BYTES = 32 << 20;
  private static final String HOLDS_GRAPH = "DatasetFromGraph";

  static OpScan scan(ModuleDefinition definition) {
    GraphDef graph = definition.metaGraph().getGraphDef();
    List<ScanScope> scopes = scopes(graph, "the graph", "");
    FunctionReach reach = new FunctionReach(graph.getLibrary());
    OpRules rules =
        new OpRules(
            new AssetPaths(definition, scopes, reach),
            new CheckpointNodes(definition, scopes, reach));
    Set<String> functions = new HashSet<>(definition.functions().keySet());
    scopes.addAll(held(scopes, functions));
    Findings findings = new Findings();
    Findings absent = new Findings();
    SortedSet<String> used = new TreeSet<>();
    for (ScanScope scope : scopes) {
      scope.nodes().forEach(n -> used.add(n.getOp()));
      look(scope, rules, findings);
      lookForAbsent(scope, functions, absent);
    }
    lookAtNames(graph.getLibrary(), findings);
    lookAtConstants(definition, scopes.get(0), findings);
    definition
        .files()
        .variablesOutside()
        .forEach(
            f ->
                findings.add(
                    "RestoreV2",
                    "of " + Shown.name(String.valueOf(f.getFileName())),
                    "is a link to a file outside of the module"));
    used.removeAll(functions);
    return new OpScan(used, absent.all(), findings.all());
  }

  /** What a graph from elsewhere, without files of its own, may not use. */
  static List<ModuleInfo.UnsafeOp> unsafe(GraphDef graph) {
    List<ScanScope> scopes = scopes(graph, "the graph", "");
    scopes.addAll(held(scopes, new HashSet<>()));
    Findings findings = new Findings();
    OpRules rules = OpRules.withoutFiles();
    scopes.forEach(s -> look(s, rules, findings));
    lookAtNames(graph.getLibrary(), findings);
    return findings.all();
  }

  private static void lookForAbsent(ScanScope scope, Set<String> functions, Findings absent) {
    for (NodeDef node : scope.nodes()) {
      if (!isRegistered(node.getOp()) && !functions.contains(node.getOp())) {
        absent.add(node.getOp(), scope, node, "this TensorFlow lacks");
      }
    }
  }

  private static void look(ScanScope scope, OpRules rules, Findings findings) {
    for (NodeDef node : scope.nodes()) {
      if (isRegistered(node.getOp())) { // others are functions, or missing
        rules.harm(scope, node).ifPresent(does -> findings.add(node.getOp(), scope, node, does));
      }
      NodeAttributes.harm(node).forEach((name, does) -> findings.add(name, scope, node, does));
    }
    if (scope.function() != null) {
      NodeAttributes.harm("Const", scope.function().getAttrMap())
          .forEach((name, does) -> findings.add(name, "in " + scope.says(), does));
    }
  }

  /** A graph and its functions. */
  private static List<ScanScope> scopes(GraphDef graph, String says, String holder) {
    List<ScanScope> scopes = new ArrayList<>();
    scopes.add(ScanScope.graph(graph, says));
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      scopes.add(ScanScope.function(function, holder));
    }
    return scopes;
  }

  /** The graphs that texts hold, where an operation is there that runs such. */
  private static List<ScanScope> held(List<ScanScope> scopes, Set<String> functions) {
    List<ScanScope> held = new ArrayList<>();
    Deque<ScanScope> open = new ArrayDeque<>();
    if (scopes.stream().anyMatch(OpScan::runsTexts)) {
      open.addAll(scopes);
    }
    long bytes = 0;
    while (!open.isEmpty() && held.size() < MOST_HELD && bytes < MOST_HELD_BYTES) {
      ScanScope scope = open.remove();
      for (NodeDef node : scope.nodes()) {
        for (GraphDef graph : graphs(node)) {
          bytes += graph.getSerializedSize();
          String holder =
              " in a text of the node " + Shown.name(node.getName()) + " in " + scope.says();
          graph
              .getLibrary()
              .getFunctionList()
              .forEach(f -> functions.add(f.getSignature().getName()));
          List<ScanScope> inside = scopes(graph, "the graph" + holder, holder);
          held.addAll(inside);
          open.addAll(inside);
        }
      }
    }
    return held;
  }

  private static boolean runsTexts(ScanScope scope) {
    return scope.nodes().stream().anyMatch(n -> n.getOp().equals(HOLDS_GRAPH));
  }

  private static List<GraphDef> graphs(NodeDef node) {
    List<GraphDef> graphs = new ArrayList<>();
    node.getAttrMap()
        .values()
        .forEach(
            value -> {
              List<ByteString> texts = new ArrayList<>(value.getTensor().getStringValList());
              texts.add(value.getS());
              for (ByteString text : texts) {
                graph(text).ifPresent(graphs::add);
              }
            });
    return graphs;
  }

  private static Optional<GraphDef> graph(ByteString text) {
    try {
      GraphDef graph = GraphDef.parseFrom(text);
      return Optional.of(graph)
          .filter(g -> g.getNodeList().stream().anyMatch(n -> !n.getOp().isEmpty()));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** Functions that stand for an operation of TensorFlow, or for two functions. */
  private static void lookAtNames(FunctionDefLibrary library, Findings findings) {
    Map<String, FunctionDef> seen = new HashMap<>();
    for (FunctionDef function : library.getFunctionList()) {
      String name = function.getSignature().getName();
      String place = "in the library of functions";
      if (isRegistered(name)) {
        findings.add(name, place, "is a function with the name of an operation");
      }
      FunctionDef other = seen.put(name, function);
      if (other != null && !other.equals(function)) {
        findings.add(name, place, "names two functions");
      }
    }
  }

  private static boolean isRegistered(String op) {
    return OpDefs.registered().names().contains(op);
  }

  /** Nodes that an object takes for a constant and that are none: the loader runs them. */
  private static void lookAtConstants(
      ModuleDefinition definition, ScanScope graph, Findings findings) {
    if (!definition.callsObjects()) {
      return;
    }
    Map<String, Integer> constants = new HashMap<>();
    for (int id = 0; id < definition.objects().size(); id++) {
      if (definition.objects().node(id).hasConstant()) {
        constants.put(definition.objects().node(id).getConstant().getOperation(), id);
      }
    }
    for (NodeDef node : graph.nodes()) {
      Integer id = constants.get(node.getName());
      if (id != null && !node.getOp().equals("Const")) {
        String name = Shown.name(node.getName());
        findings.add(
            node.getOp(),
            "in the graph (node " + name + ", the constant of object " + id + ")",
            "is run as a constant and is none");
      }
    }
  }

  /**
   * Sees to it that a module can run here, and that it is trusted with what it has.
   *
   * @throws ModuleException naming all operations that are missing, or not trusted
   */
  void admit(Path folder, ModuleOptions.Trust trust) {
    if (!absent.isEmpty()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the module in "
              + folder
              + " needs ops that this TensorFlow lacks: "
              + listed(absent.stream().map(a -> Shown.name(a.name()) + " " + a.place()).toList())
              + "; give the library that has them with --opLibraries=FILE"
              + (trust.origin() == ModuleOptions.Origin.REMOTE ? allow(absent, trust) : "")
              + " (for texts often the .so files of the tensorflow-text package of the same"
              + " TensorFlow version)");
    }
    List<ModuleInfo.UnsafeOp> offending =
        unsafe.stream().filter(u -> !trust.allowOps().contains(u.name())).toList();
    if (offending.isEmpty()) {
      return;
    }
    String listed = listed(offending.stream().map(Object::toString).toList());
    if (trust.origin() == ModuleOptions.Origin.LOCAL) {
      if (WARNED.add(folder + " " + listed)) {
        LOG.warn(
            "The module in {} has operations that a module from elsewhere may not use: {}",
            folder,
            listed);
      }
      return;
    }
    throw new ModuleException(
        ModuleException.Kind.UNSAFE,
        "the module in "
            + folder
            + " has operations that a module from elsewhere may not use: "
            + listed
            + "; if you trust it, allow this with --allowOps="
            + names(offending));
  }

  /** What has to be allowed, too, for operations of a library. */
  private static String allow(List<ModuleInfo.UnsafeOp> absent, ModuleOptions.Trust trust) {
    List<ModuleInfo.UnsafeOp> refused =
        absent.stream().filter(a -> !trust.allowOps().contains(a.name())).toList();
    return refused.isEmpty() ? "" : " and, if you trust it, --allowOps=" + names(refused);
  }

  private static String names(List<ModuleInfo.UnsafeOp> ops) {
    return ops.stream()
        .map(o -> Shown.name(o.name()))
        .distinct()
        .sorted()
        .limit(MOST_NAMED)
        .collect(Collectors.joining(","));
  }

  static String listed(List<String> all) {
    return all.stream().limit(SHOWN).collect(Collectors.joining("; "))
        + (all.size() > SHOWN ? "; and " + (all.size() - SHOWN) + " more" : "");
  }

  /** The names of the ops that this runtime lacks. */
  SortedSet<String> missing() {
    SortedSet<String> names = new TreeSet<>();
    absent.forEach(a -> names.add(a.name()));
    return names;
  }

  /** What was found, each harm of an operation in each scope once. */
  private static final class Findings {
    private final List<ModuleInfo.UnsafeOp> all = new ArrayList<>();
    private final Set<List<String>> known = new HashSet<>();

    void add(String name, ScanScope scope, NodeDef node, String does) {
      if (known.add(List.of(name, scope.says(), does))) {
        add(name, "in " + scope.says() + " (node " + Shown.name(node.getName()) + ")", does);
      }
    }

    void add(String name, String place, String does) {
      all.add(new ModuleInfo.UnsafeOp(name, place, does));
    }

    List<ModuleInfo.UnsafeOp> all() {
      return List.copyOf(all);
    }
  }
}
