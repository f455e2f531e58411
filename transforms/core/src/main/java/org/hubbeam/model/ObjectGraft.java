// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.hubbeam.batch.DType;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;

/**
 * Functions of a TF2 module, which capture its objects. An object becomes a member of the writer
 * when a function that is taken over captures it.
 */
final class ObjectGraft implements GraftSource {

  private final ModuleWriter writer;
  private final String name;
  private final ModuleDefinition definition;
  private final ObjectGraph objects;
  private final FunctionNames functions;
  private final Map<Integer, String> pathOf = new HashMap<>();
  private final Map<Integer, String> variables;
  private final GraftValues values;
  private final Map<Integer, ModuleWriter.Member> members = new HashMap<>();
  private final Map<String, Body> bodies = new HashMap<>();
  private final MemberPaths paths;
  private @Nullable Map<Integer, TrackableObject> checkpoint;

  ObjectGraft(ModuleWriter writer, String name, ModuleDefinition definition, GraftValues values) {
    this.writer = writer;
    this.name = name;
    this.definition = definition;
    this.objects = definition.objects();
    this.variables = definition.variableNames();
    this.values = values;
    this.functions =
        new FunctionNames(
            name + "_", definition.metaGraph().getGraphDef().getLibrary(), definition.functions());
    this.paths = new MemberPaths(name);
    objects.members().forEach((path, id) -> pathOf.put(id, path));
  }

  @Override
  public Body body(Member member, Trace trace) {
    Body known = bodies.get(trace.name());
    if (known == null) {
      known =
          new Body(
              function(trace.name()),
              captures(trace.name()),
              functions.reached(List.of(trace.name())),
              definition.metaGraph().getGraphDef().getVersions().getProducer());
      bodies.put(trace.name(), known);
    }
    return known;
  }

  private FunctionDef function(String function) {
    if (!definition.functions().containsKey(function)) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "the function library lacks " + function);
    }
    return functions.function(function);
  }

  private List<ModuleWriter.Member> captures(String function) {
    return objects.concrete(function).getBoundInputsList().stream().map(this::member).toList();
  }

  private ModuleWriter.Member member(int id) {
    ModuleWriter.Member known = members.get(id);
    if (known == null) {
      SavedObject object = objects.node(id);
      known =
          switch (object.getKindCase()) {
            case VARIABLE -> variable(id, object.getVariable());
            case CONSTANT -> constant(id, object.getConstant().getOperation());
            case ASSET -> asset(id, object.getAsset().getAssetFileDefIndex());
            case RESOURCE -> resource(id);
            default ->
                throw new ModuleException(
                    ModuleException.Kind.NOT_LOADABLE,
                    "a function captures an object of the kind "
                        + object.getKindCase()
                        + ", which is not supported");
          };
      members.put(id, known);
    }
    return known;
  }

  private ModuleWriter.Variable variable(int id, SavedVariable variable) {
    TrackableObject saved = checkpoint().get(id);
    if (saved == null || saved.getAttributesCount() == 0) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the variable '"
              + pathOf.getOrDefault(id, variable.getName())
              + "' of the module in "
              + definition.files().folder()
              + " has no value in its checkpoint");
    }
    VariableValue stored =
        new VariableValue.Stored(
            definition.files().variables().toAbsolutePath().toString(),
            saved.getAttributes(0).getCheckpointKey(),
            DType.of(variable.getDtype()),
            Structure.shape(variable.getShape()));
    return writer.add(
        new ModuleWriter.Variable(
            path(id, "variable"),
            values.of(variables.get(id), stored),
            values.learning(variables.get(id), variable.getTrainable() && isListed(id))));
  }

  /** Whether a variable is among those that the module itself says can be trained. */
  private boolean isListed(int id) {
    return objects
        .child(0, "trainable_variables")
        .map(
            list ->
                objects.node(list).getChildrenList().stream()
                    .map(c -> c.getNodeId())
                    .anyMatch(v -> v == id || Objects.equals(variables.get(v), variables.get(id))))
        .orElse(true);
  }

  private GraftedConstant constant(int id, String operation) {
    return writer.add(
        new GraftedConstant(
            path(id, "constant"), definition.node(operation).getAttrOrThrow("value").getTensor()));
  }

  private ModuleWriter.Asset asset(int id, int index) {
    String file = definition.metaGraph().getAssetFileDef(index).getFilename();
    return writer.add(
        new ModuleWriter.Asset(
            path(id, "asset"),
            definition.files().asset(file),
            name + "_" + file.replace('/', '_')));
  }

  private GraftedResource resource(int id) {
    Optional<String> creator = hook(id, "_create_resource");
    String path = path(id, "table");
    if (creator.isEmpty() || objects.node(id).getSaveableObjectsCount() > 0) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the table '"
              + path
              + "' cannot be taken over: "
              + (creator.isEmpty()
                  ? "no function of its module makes it"
                  : "what is in it is told by the checkpoint only"));
    }
    Optional<String> initializer = hook(id, "_initialize");
    GraftedResource resource = new GraftedResource(path);
    members.put(id, resource);
    TableFunctions made =
        new TableFunctions(
            written(creator.get()),
            initializer.isPresent()
                ? written(initializer.get())
                : TableFunctions.destroyer("__inference_" + name + "_no_initializer_" + id, ops()),
            TableFunctions.destroyer("__inference_" + name + "_destroyer_" + id, ops()));
    List<String> called = new ArrayList<>(List.of(creator.get()));
    initializer.ifPresent(called::add);
    resource.define(made, functions.reached(called));
    return writer.add(resource);
  }

  private OpDefs ops() {
    return writer.ops();
  }

  private Optional<String> hook(int id, String child) {
    return objects.child(id, child).map(f -> objects.graphs(f).get(0));
  }

  private WrittenFunction written(String function) {
    SavedConcreteFunction saved = objects.concrete(function);
    return new WrittenFunction(
        function(function),
        List.of(),
        captures(function),
        saved.getCanonicalizedInputSignature(),
        saved.getOutputSignature(),
        StructuredValues.fullArgSpec(List.of(), StructuredValues.NONE, List.of()));
  }

  private String path(int id, String kind) {
    return paths.free(pathOf.getOrDefault(id, kind + "_" + id), kind);
  }

  private Map<Integer, TrackableObject> checkpoint() {
    if (checkpoint == null) {
      if (!definition.files().hasVariables()) {
        throw new ModuleException(
            ModuleException.Kind.NOT_LOADABLE,
            "the module lacks its variables: " + definition.files().variables() + ".index");
      }
      try {
        checkpoint = CheckpointObjects.read(definition);
      } catch (ModuleException e) {
        throw definition.files().unreadableVariables(e);
      }
    }
    return checkpoint;
  }
}
