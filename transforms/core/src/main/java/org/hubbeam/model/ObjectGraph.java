// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.Struct.PairValue;
import org.tensorflow.proto.Struct.StructuredValue;

/** The members of a TF2 module: objects under names, functions among them. */
final class ObjectGraph {

  /** The characters that all paths may have. */
  private static final long MOST_PATHS = 50_000_000;

  private final SavedObjectGraph proto;
  private final Map<Integer, Map<String, Integer>> children = new ConcurrentHashMap<>();

  ObjectGraph(SavedObjectGraph proto) {
    this.proto = proto;
  }

  boolean isEmpty() {
    return proto.getNodesCount() == 0;
  }

  SavedObject node(int id) {
    return proto.getNodes(id);
  }

  int size() {
    return proto.getNodesCount();
  }

  /** What is told of the functions of the library that can be called, by name. */
  Map<String, SavedConcreteFunction> concretes() {
    return proto.getConcreteFunctionsMap();
  }

  SavedConcreteFunction concrete(String name) {
    SavedConcreteFunction function = concretes().get(name);
    if (function == null) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "the object graph lacks the function " + name);
    }
    return function;
  }

  /** A child of a node by its name. */
  Optional<Integer> child(int id, String name) {
    Map<String, Integer> named = children.computeIfAbsent(id, this::children);
    return Optional.ofNullable(named.get(name));
  }

  private Map<String, Integer> children(int id) {
    Map<String, Integer> named = new HashMap<>();
    node(id).getChildrenList().forEach(c -> named.putIfAbsent(c.getLocalName(), c.getNodeId()));
    return named;
  }

  /** The node at a path such as {@code layers.0.kernel}. */
  Optional<Integer> find(String path) {
    int id = 0;
    for (String part : path.split("\\.", -1)) {
      Optional<Integer> next = child(id, part);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      id = next.get();
    }
    return Optional.of(id);
  }

  /**
   * Every node that has a name, by its shortest path; a member of the root comes before what lies
   * deeper, and a plain name before a place in a list.
   */
  Map<String, Integer> members() {
    Map<Integer, String> paths = new LinkedHashMap<>();
    long length = 0;
    ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(0));
    paths.put(0, "");
    while (!queue.isEmpty()) {
      int id = queue.remove();
      for (var child : node(id).getChildrenList()) {
        boolean hidden =
            id == 0 && child.getLocalName().equals("signatures")
                || child.getLocalName().equals("keras_api")
                || isTrace(id)
                || isResource(id);
        if (!hidden && !paths.containsKey(child.getNodeId())) {
          String parent = Objects.requireNonNull(paths.get(id));
          String path =
              parent.isEmpty() ? child.getLocalName() : parent + "." + child.getLocalName();
          length += path.length();
          if (length > MOST_PATHS) {
            throw new Flaw("the names of the objects' members are too long, or too deep");
          }
          paths.put(child.getNodeId(), path);
          queue.add(child.getNodeId());
        }
      }
    }
    paths.remove(0);
    Map<String, Integer> members = new LinkedHashMap<>();
    paths.forEach((id, path) -> members.put(path, id));
    return members;
  }

  private boolean isTrace(int id) {
    SavedObject node = node(id);
    return node.hasFunction() || node.hasBareConcreteFunction();
  }

  private boolean isResource(int id) {
    return node(id).hasResource();
  }

  /** Whether a node can be called. */
  boolean isFunction(int id) {
    return isTrace(id);
  }

  /** The names of a function's graphs in the function library. */
  List<String> graphs(int id) {
    SavedObject node = node(id);
    return node.hasFunction()
        ? node.getFunction().getConcreteFunctionsList()
        : List.of(node.getBareConcreteFunction().getConcreteFunctionName());
  }

  /** The names of the functions that objects have under a name, such as {@code _initialize}. */
  Set<String> hooks(String name) {
    Set<String> hooks = new LinkedHashSet<>();
    for (SavedObject object : proto.getNodesList()) {
      for (var child : object.getChildrenList()) {
        if (child.getLocalName().equals(name)
            && child.getNodeId() >= 0
            && child.getNodeId() < size()) {
          hooks.addAll(graphs(child.getNodeId()));
        }
      }
    }
    return hooks;
  }

  /** The names of all functions that the loader or a user can call. */
  Set<String> called() {
    Set<String> called = new LinkedHashSet<>(concretes().keySet());
    for (int id = 0; id < size(); id++) {
      if (isFunction(id)) {
        called.addAll(graphs(id));
      }
    }
    return called;
  }

  /** The graphs of a function. */
  List<Trace> traces(int id) {
    SavedObject node = node(id);
    List<Trace> traces = new ArrayList<>();
    if (node.hasFunction()) {
      for (String name : node.getFunction().getConcreteFunctionsList()) {
        traces.add(trace(name, names(node.getFunction().getFunctionSpec())));
      }
    } else if (node.hasBareConcreteFunction()) {
      var bare = node.getBareConcreteFunction();
      traces.add(trace(bare.getConcreteFunctionName(), bareNames(bare)));
    }
    return traces;
  }

  private static List<String> bareNames(
      org.tensorflow.proto.SavedObjectGraphOuterClass.SavedBareConcreteFunction bare) {
    List<String> names = names(bare.getFunctionSpec());
    return names.isEmpty() ? bare.getArgumentKeywordsList() : names;
  }

  /** The default values of a function's python arguments. */
  Map<String, @Nullable Object> defaults(int id) {
    Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
    if (node(id).hasFunction()) {
      FunctionSpec spec = node(id).getFunction().getFunctionSpec();
      List<String> names = names(spec);
      List<StructuredValue> values =
          field(spec, "defaults").map(ObjectGraph::list).orElse(List.of());
      // An argument that was left out, self, can have been one with a default.
      int unnamed = Math.max(0, values.size() - names.size());
      for (int i = unnamed; i < values.size(); i++) {
        String name = names.get(names.size() - values.size() + i);
        defaults.put(name, Structure.constant(values.get(i)));
      }
      field(spec, "kwonlydefaults")
          .ifPresent(
              v ->
                  v.getDictValue()
                      .getFieldsMap()
                      .forEach((k, d) -> defaults.put(k, Structure.constant(d))));
    }
    return defaults;
  }

  private Trace trace(String name, List<String> argumentNames) {
    SavedConcreteFunction function = concrete(name);
    StructuredValue signature = function.getCanonicalizedInputSignature();
    List<Structure.Leaf> leaves = new ArrayList<>();
    List<StructuredValue> both = list(signature);
    if (both.size() == 2) {
      List<StructuredValue> positional = list(both.get(0));
      for (int i = 0; i < positional.size(); i++) {
        leaves.addAll(
            Structure.flatten(positional.get(i), argumentName(argumentNames, positional, i)));
      }
      leaves.addAll(Structure.flatten(both.get(1), ""));
    }
    List<Structure.Tensor> inputs = new ArrayList<>();
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    for (Structure.Leaf leaf : leaves) {
      if (leaf instanceof Structure.Tensor tensor) {
        inputs.add(tensor);
      } else if (leaf instanceof Structure.Constant constant) {
        arguments.put(constant.path(), constant.value());
      }
    }
    return new Trace(name, inputs, arguments, outputs(function.getOutputSignature()));
  }

  private static String argumentName(
      List<String> names, List<StructuredValue> positional, int index) {
    if (index < names.size()) {
      return names.get(index);
    }
    StructuredValue value = positional.get(index);
    String own = value.getTensorSpecValue().getName();
    return value.hasTensorSpecValue() && !own.isEmpty() ? own : "arg_" + index;
  }

  private static List<Structure.Tensor> outputs(StructuredValue signature) {
    List<Structure.Tensor> outputs = new ArrayList<>();
    boolean alone =
        signature.hasTensorSpecValue()
            || signature.hasTypeSpecValue()
            || signature.hasBoundedTensorSpecValue();
    for (Structure.Leaf leaf : Structure.flatten(signature, alone ? "output" : "")) {
      if (leaf instanceof Structure.Tensor tensor) {
        outputs.add(tensor);
      }
    }
    return outputs;
  }

  private static List<String> names(FunctionSpec spec) {
    List<String> names =
        new ArrayList<>(
            field(spec, "args").map(ObjectGraph::list).orElse(List.of()).stream()
                .map(StructuredValue::getStringValue)
                .toList());
    if (spec.getIsMethod() && !names.isEmpty() && names.get(0).equals("self")) {
      names.remove(0);
    }
    return names;
  }

  private static Optional<StructuredValue> field(FunctionSpec spec, String name) {
    return spec.getFullargspec().getNamedTupleValue().getValuesList().stream()
        .filter(p -> p.getKey().equals(name))
        .map(PairValue::getValue)
        .findFirst();
  }

  private static List<StructuredValue> list(StructuredValue value) {
    return value.hasTupleValue()
        ? value.getTupleValue().getValuesList()
        : value.getListValue().getValuesList();
  }
}
