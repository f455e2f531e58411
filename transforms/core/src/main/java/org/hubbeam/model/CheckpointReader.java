// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;

/** Puts a checkpoint's values into the variables and tables of a TF2 module. */
final class CheckpointReader {

  private final ModuleDefinition definition;
  private final ObjectGraph objects;
  private final NativeSession session;
  private final ObjectProgram program;
  private final String prefix;

  CheckpointReader(ModuleDefinition definition, NativeSession session, ObjectProgram program) {
    this.definition = definition;
    this.objects = definition.objects();
    this.session = session;
    this.program = program;
    this.prefix = definition.files().variables().toString();
  }

  void restore() {
    boolean stateful = false;
    for (int id = 0; id < objects.size(); id++) {
      stateful |= objects.node(id).hasVariable() || objects.node(id).getSaveableObjectsCount() > 0;
    }
    if (!stateful) {
      return;
    }
    if (!definition.files().hasVariables()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the module lacks its variables: " + prefix + ".index");
    }
    try {
      Map<Integer, TrackableObject> pairs = CheckpointObjects.read(definition);
      restoreVariables(pairs);
      pairs.forEach(this::restoreTables);
    } catch (ModuleException e) {
      throw definition.files().unreadableVariables(e);
    }
  }

  private String prefix(GraphNodes nodes, String name) {
    return nodes.constant(name + "/prefix", Protos.scalar(prefix));
  }

  private void restoreVariables(Map<Integer, TrackableObject> pairs) {
    List<Integer> ids = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    List<DataType> dtypes = new ArrayList<>();
    pairs.forEach(
        (id, saved) -> {
          if (objects.node(id).hasVariable() && saved.getAttributesCount() > 0) {
            ids.add(id);
            keys.add(saved.getAttributes(0).getCheckpointKey());
            dtypes.add(objects.node(id).getVariable().getDtype());
          }
        });
    if (ids.isEmpty()) {
      return;
    }
    String name = "hubbeam/restore";
    GraphNodes nodes = new GraphNodes();
    nodes.restore(name, prefix(nodes, name), keys, dtypes);
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      String assign = "hubbeam/assign_" + ids.get(i);
      targets.add(nodes.assign(assign, program.tensor(ids.get(i)), name + ":" + i, dtypes.get(i)));
    }
    session.extend(nodes.graph().build());
    session.call(List.of(), List.of(), targets).run(List.of());
  }

  /**
   * Tables that were filled while the module lived are saved under keys that only their own save
   * function tells; its restore function takes what stands under them.
   */
  private void restoreTables(int id, TrackableObject saved) {
    objects
        .node(id)
        .getSaveableObjectsMap()
        .forEach(
            (name, saveable) ->
                saved.getAttributesList().stream()
                    .filter(a -> a.getName().equals(name))
                    .findFirst()
                    .ifPresent(
                        attribute ->
                            restoreTable(
                                id,
                                saveable.getSaveFunction(),
                                saveable.getRestoreFunction(),
                                attribute.getCheckpointKey())));
  }

  private void restoreTable(int id, int saveFunction, int restoreFunction, String key) {
    Trace save = objects.traces(saveFunction).get(0);
    Trace restore = objects.traces(restoreFunction).get(0);
    Member member =
        new Member(
            "save",
            ModuleInfo.Callable.Kind.MEMBER,
            saveFunction,
            List.of(save),
            Map.of(),
            Map.of(),
            Member.Endpoints.NONE);
    List<Integer> nameOutputs = new ArrayList<>();
    List<DataType> dtypes = new ArrayList<>();
    for (int i = 0; i < save.outputs().size(); i++) {
      String path = save.outputs().get(i).path();
      if (path.endsWith("/name")) {
        nameOutputs.add(i);
      } else if (path.endsWith("/tensor")) {
        dtypes.add(save.outputs().get(i).spec().dtype().proto());
      }
    }
    List<String> keys =
        program
            .call(member, save, nameOutputs)
            .run(List.of(Array.Dense.scalar(Values.of(key))))
            .stream()
            .map(a -> ((Values.Strings) a.values()).text(0))
            .toList();
    if (keys.size() != dtypes.size()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "the table at " + key + " is saved in an unknown way");
    }
    String name = "hubbeam/restore_table_" + id;
    FunctionDef function = definition.function(restore.name());
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      inputs.add(name + ":" + i);
    }
    objects
        .concrete(restore.name())
        .getBoundInputsList()
        .forEach(b -> inputs.add(program.tensor(b)));
    GraphNodes nodes = new GraphNodes();
    nodes.restore(name, prefix(nodes, name), keys, dtypes);
    String call = nodes.call(name + "_call", function, inputs);
    session.extend(nodes.graph().build());
    session.call(List.of(), List.of(), List.of(call)).run(List.of());
  }
}
