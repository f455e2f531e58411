// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import java.util.Map;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;

/**
 * Checks the objects of a TF2 module: that all that they refer to is there, and of the right kind.
 */
final class ObjectGraphCheck {

  /** Signatures are laid out for every function that has them. */
  private static final long MOST_DESCRIBED = 64 << 20;

  private final SavedObjectGraph objects;
  private final MetaGraphDef metaGraph;
  private final GraphCheck graph;
  private final Map<String, FunctionDef> functions;
  private final StructuredValueCheck structures;

  ObjectGraphCheck(
      MetaGraphDef metaGraph,
      GraphCheck graph,
      Map<String, FunctionDef> functions,
      StructuredValueCheck structures) {
    this.objects = metaGraph.getObjectGraphDef();
    this.metaGraph = metaGraph;
    this.graph = graph;
    this.functions = functions;
    this.structures = structures;
  }

  void check() {
    long described = 0;
    for (SavedObject object : objects.getNodesList()) {
      for (String name : concretes(object)) {
        described +=
            objects
                .getConcreteFunctionsOrDefault(name, SavedConcreteFunction.getDefaultInstance())
                .getSerializedSize();
        if (described > MOST_DESCRIBED) {
          throw new Flaw("the functions' signatures take too many bytes, all variants together");
        }
      }
    }
    objects.getConcreteFunctionsMap().forEach(this::checkConcrete);
    for (int id = 0; id < objects.getNodesCount(); id++) {
      try {
        check(objects.getNodes(id));
      } catch (Flaw e) {
        throw e.in("object " + id);
      }
    }
  }

  private static List<String> concretes(SavedObject object) {
    return object.hasBareConcreteFunction()
        ? List.of(object.getBareConcreteFunction().getConcreteFunctionName())
        : object.getFunction().getConcreteFunctionsList();
  }

  private void checkConcrete(String name, SavedConcreteFunction concrete) {
    try {
      FunctionDef function = functions.get(name);
      if (function == null) {
        throw new Flaw("the function library lacks it");
      }
      concrete.getBoundInputsList().forEach(this::requireObject);
      int bound = concrete.getBoundInputsCount();
      int inputs = structures.check(concrete.getCanonicalizedInputSignature());
      int taken = function.getSignature().getInputArgCount();
      // Python leaves out inputs of functions that were cut out of a graph, but tells of no others.
      if (Math.max(inputs, 0) + bound > taken) {
        throw new Flaw(
            "takes "
                + taken
                + " tensors, but its signature tells of "
                + inputs
                + " and it captures "
                + bound);
      }
      int outputs = structures.check(concrete.getOutputSignature());
      int given = function.getSignature().getOutputArgCount();
      if (outputs != StructuredValueCheck.UNKNOWN && outputs != given) {
        throw new Flaw("gives " + given + " tensors, but its signature tells of " + outputs);
      }
    } catch (Flaw e) {
      throw e.in("the concrete function " + Flaw.name(name));
    }
  }

  private void check(SavedObject object) {
    object.getChildrenList().forEach(c -> requireObject(c.getNodeId()));
    object.getDependenciesList().forEach(c -> requireObject(c.getNodeId()));
    object
        .getSlotVariablesList()
        .forEach(
            s -> {
              requireObject(s.getOriginalVariableNodeId());
              requireObject(s.getSlotVariableNodeId());
            });
    object
        .getSaveableObjectsMap()
        .values()
        .forEach(
            s -> {
              requireObject(s.getSaveFunction());
              requireObject(s.getRestoreFunction());
            });
    switch (object.getKindCase()) {
      case ASSET -> checkAsset(object.getAsset().getAssetFileDefIndex());
      case VARIABLE -> checkVariable(object.getVariable());
      case CONSTANT -> checkConstant(object.getConstant().getOperation());
      case FUNCTION -> {
        object.getFunction().getConcreteFunctionsList().forEach(this::requireConcrete);
        checkSpec(object.getFunction().getFunctionSpec());
      }
      case BARE_CONCRETE_FUNCTION -> {
        requireConcrete(object.getBareConcreteFunction().getConcreteFunctionName());
        checkSpec(object.getBareConcreteFunction().getFunctionSpec());
      }
      case RESOURCE -> checkResource(object);
      default -> {}
    }
  }

  private void requireObject(int id) {
    if (id < 0 || id >= objects.getNodesCount()) {
      throw new Flaw(
          "refers to object " + id + ", but there are " + objects.getNodesCount() + " objects");
    }
  }

  private void requireConcrete(String name) {
    if (!objects.containsConcreteFunctions(name)) {
      throw new Flaw("there is no concrete function " + Flaw.name(name));
    }
  }

  private void checkAsset(int index) {
    if (index < 0 || index >= metaGraph.getAssetFileDefCount()) {
      throw new Flaw(
          "refers to asset " + index + ", but there are " + metaGraph.getAssetFileDefCount());
    }
  }

  private static void checkVariable(SavedVariable variable) {
    ValueCheck.dtype(variable.getDtypeValue());
    ValueCheck.shape(variable.getShape());
    variable
        .getExperimentalDistributedVariableComponentsList()
        .forEach(ObjectGraphCheck::checkVariable);
  }

  private void checkConstant(String operation) {
    NodeDef node = graph.node(operation);
    if (node == null) {
      throw new Flaw("the graph has no node " + Flaw.name(operation) + " for the constant");
    }
    if (!node.getOp().equals("Const")) {
      throw new Flaw(
          "the node " + Flaw.name(operation) + " is no constant but " + Flaw.name(node.getOp()));
    }
  }

  private void checkResource(SavedObject object) {
    for (var child : object.getChildrenList()) {
      if (List.of("_create_resource", "_initialize").contains(child.getLocalName())) {
        SavedObject hook = objects.getNodes(child.getNodeId());
        boolean bare = hook.hasBareConcreteFunction();
        if (!bare && hook.getFunction().getConcreteFunctionsCount() == 0) {
          throw new Flaw(
              Flaw.name(child.getLocalName())
                  + " has no function to call (object "
                  + child.getNodeId()
                  + ")");
        }
      }
    }
  }

  private void checkSpec(FunctionSpec spec) {
    structures.check(spec.getFullargspec());
    structures.check(spec.getInputSignature());
  }
}
