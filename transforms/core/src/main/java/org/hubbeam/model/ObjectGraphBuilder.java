// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedAsset;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedBareConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConstant;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedResource;
import org.tensorflow.proto.Struct.StructuredValue;

/** Lays out the objects of a module as Python's exporter does. */
final class ObjectGraphBuilder {

  private final SavedObjects objects = new SavedObjects();
  private final Map<String, ModuleWriter.Member> members;
  private final Map<String, List<FunctionTracer.Trace>> functions;
  private final Map<ModuleWriter.Member, TableFunctions> tables;
  private final List<ModuleWriter.Asset> assets;
  private final Map<ModuleWriter.Member, SavedObjects.Node> nodeOf = new HashMap<>();
  private final Map<WrittenFunction, List<SavedObjects.Node>> waiting = new LinkedHashMap<>();

  /**
   * @param tables what makes and fills each table
   * @param assets all assets, in the order of the meta graph
   */
  ObjectGraphBuilder(
      Map<String, ModuleWriter.Member> members,
      Map<String, List<FunctionTracer.Trace>> functions,
      Map<ModuleWriter.Member, TableFunctions> tables,
      List<ModuleWriter.Asset> assets) {
    this.members = members;
    this.functions = functions;
    this.tables = tables;
    this.assets = assets;
  }

  /** The objects. */
  SavedObjects build(Iterable<WrittenSignature> signatures) {
    SavedObjects.Node root = objects.object();
    List<String> paths = new ArrayList<>(members.keySet());
    paths.addAll(functions.keySet());
    Map<String, Tree> children = Tree.of(paths, ".").children();
    children.forEach((name, tree) -> root.child(name, node(tree)));
    root.child("variables", list(v -> true));
    root.child("trainable_variables", list(v -> v.learning() == ModuleWriter.Learning.TRAINABLE));
    if (!children.containsKey("regularization_losses")) {
      root.child("regularization_losses", objects.list());
    }
    SavedObjects.Node map = objects.signatureMap();
    root.child("signatures", map);
    for (WrittenSignature signature : signatures) {
      int positional = signature.wrapper().parts().size() == 1 ? 1 : 0;
      map.child(signature.name(), bare(signature.wrapper(), positional));
    }
    waiting.forEach(this::bindCaptures);
    return objects;
  }

  /** The numbers of the objects that a function captures. */
  List<Integer> boundInputs(WrittenFunction function) {
    return function.captures().stream()
        .map(m -> Objects.requireNonNull(nodeOf.get(m)).id())
        .toList();
  }

  private SavedObjects.Node node(Tree tree) {
    String path = tree.path();
    if (members.containsKey(path)) {
      return member(members.get(path));
    }
    if (functions.containsKey(path)) {
      return function(functions.get(path));
    }
    SavedObjects.Node node = tree.isList() ? objects.list() : objects.object();
    tree.children().forEach((name, child) -> node.child(name, node(child)));
    return node;
  }

  private SavedObjects.Node member(ModuleWriter.Member member) {
    SavedObjects.Node node;
    if (member instanceof ModuleWriter.Variable variable) {
      node = objects.variable(variable);
    } else if (member instanceof ModuleWriter.Asset asset) {
      node =
          objects.add(
              SavedObject.newBuilder()
                  .setAsset(SavedAsset.newBuilder().setAssetFileDefIndex(assets.indexOf(asset))));
    } else if (member instanceof GraftedConstant constant) {
      node =
          objects.add(
              SavedObject.newBuilder()
                  .setConstant(
                      SavedConstant.newBuilder().setOperation(SavedObjects.nodeName(constant))));
    } else {
      node = table(member);
    }
    nodeOf.put(member, node);
    return node;
  }

  private SavedObjects.Node table(ModuleWriter.Member table) {
    SavedObjects.Node node =
        objects.add(SavedObject.newBuilder().setResource(SavedResource.getDefaultInstance()));
    SavedObjects.Node initializer = objects.object();
    node.child("_initializer", initializer);
    if (table instanceof ModuleWriter.Table own
        && own.content() instanceof TableContent.OfAsset content) {
      initializer.child("_filename", member(content.asset()));
    }
    TableFunctions functions = Objects.requireNonNull(tables.get(table));
    node.child("_create_resource", python(List.of(functions.creator()), noInputs()));
    node.child("_initialize", python(List.of(functions.initializer()), noInputs()));
    node.child("_destroy_resource", python(List.of(functions.destroyer()), noInputs()));
    return node;
  }

  private SavedObjects.Node function(List<FunctionTracer.Trace> traces) {
    FunctionInputs inputs = traces.get(0).inputs();
    boolean fixed = traces.size() == 1 && inputs.arguments().isEmpty();
    return python(
        traces.stream().map(FunctionTracer.Trace::function).toList(),
        fixed ? StructuredValues.tuple(FunctionTracer.positional(inputs)) : StructuredValues.NONE);
  }

  /** A Python function with its traces. */
  private SavedObjects.Node python(List<WrittenFunction> traces, StructuredValue inputSignature) {
    SavedFunction.Builder function =
        SavedFunction.newBuilder().setFunctionSpec(traces.get(0).spec(inputSignature));
    traces.forEach(t -> function.addConcreteFunctions(t.name()));
    SavedObjects.Node node = objects.add(SavedObject.newBuilder().setFunction(function));
    for (int i = 0; i < traces.size(); i++) {
      WrittenFunction trace = traces.get(i);
      node.dependency("trace_" + i, bare(trace, trace.parts().size()));
    }
    return node;
  }

  /** A graph function by itself. */
  private SavedObjects.Node bare(WrittenFunction function, int positional) {
    FunctionSpec spec = function.spec(StructuredValues.NONE);
    SavedObjects.Node node =
        objects.add(
            SavedObject.newBuilder()
                .setBareConcreteFunction(
                    SavedBareConcreteFunction.newBuilder()
                        .setConcreteFunctionName(function.name())
                        .addAllArgumentKeywords(keywords(function))
                        .setAllowedPositionalArguments(positional)
                        .setFunctionSpec(spec)));
    waiting.computeIfAbsent(function, f -> new ArrayList<>()).add(node);
    return node;
  }

  private static List<String> keywords(WrittenFunction function) {
    List<String> names = function.parts().stream().map(TensorPart::name).toList();
    Map<String, String> parameters = PythonParameters.of(names);
    return names.stream().map(n -> Objects.requireNonNull(parameters.get(n))).toList();
  }

  private void bindCaptures(WrittenFunction function, List<SavedObjects.Node> nodes) {
    for (int i = 0; i < function.captures().size(); i++) {
      if (function.captures().get(i) instanceof ModuleWriter.Asset asset) {
        String name = "capture_" + i;
        nodes.forEach(n -> n.dependency(name, Objects.requireNonNull(nodeOf.get(asset))));
      }
    }
  }

  private SavedObjects.Node list(Function<ModuleWriter.Variable, Boolean> which) {
    SavedObjects.Node list = objects.list();
    int next = 0;
    for (ModuleWriter.Member member : members.values()) {
      if (member instanceof ModuleWriter.Variable variable && which.apply(variable)) {
        list.child(Integer.toString(next++), Objects.requireNonNull(nodeOf.get(variable)));
      }
    }
    return list;
  }

  private static StructuredValue noInputs() {
    return StructuredValues.tuple(List.of());
  }
}
