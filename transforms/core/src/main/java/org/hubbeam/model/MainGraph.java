// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/** The graph beside the functions, for loaders that know no objects: C++ and what stands on it. */
final class MainGraph {

  private static final DataType STRING = DType.STRING.proto();
  private static final String INIT_OP = "__saved_model_init_op";

  private final GraphNodes nodes = new GraphNodes();
  private final Map<ModuleWriter.Variable, String> variables = new LinkedHashMap<>();
  private final Map<ModuleWriter.Member, String> captured = new HashMap<>();
  private final Map<ModuleWriter.Asset, String> assetTensors = new LinkedHashMap<>();
  private final Map<String, SignatureDef> signatures = new LinkedHashMap<>();
  private final TrackableObjectGraph objects;
  private final String initOp;
  private @Nullable SaverDef saver;

  MainGraph(
      Collection<ModuleWriter.Member> members,
      Map<ModuleWriter.Member, TableFunctions> tables,
      List<ModuleWriter.Asset> assets,
      TrackableObjectGraph objects) {
    this.objects = objects;
    for (ModuleWriter.Member member : members) {
      if (member instanceof ModuleWriter.Variable v) {
        String name = SavedObjects.nodeName(v);
        variables.put(v, nodes.variable(name, v.value().dtype().proto(), v.value().shape()));
      }
    }
    captured.putAll(variables);
    List<String> initializers = new ArrayList<>();
    Map<ModuleWriter.Asset, String> paths = new HashMap<>();
    assets.forEach(a -> paths.put(a, addAsset(a, initializers)));
    for (ModuleWriter.Member member : members) {
      if (member instanceof GraftedConstant c) {
        captured.put(c, nodes.constant(SavedObjects.nodeName(c), c.value()));
      }
    }
    tables.forEach(
        (table, functions) -> {
          captured.put(table, addTable(table, functions));
          List<String> inputs =
              functions.initializer().captures().stream()
                  .map(m -> m instanceof ModuleWriter.Asset a ? paths.get(a) : captured.get(m))
                  .toList();
          initializers.add(nodes.call(functions.initializer().definition(), inputs));
        });
    initOp = nodes.noOp("init", initializers);
    signatures.put(
        INIT_OP,
        SignatureDef.newBuilder()
            .putOutputs(
                INIT_OP,
                TensorInfo.newBuilder()
                    .setName(initOp)
                    .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                    .build())
            .build());
  }

  /**
   * A path that is fed while the module is initialised, and a variable that keeps it.
   *
   * @return the path as initialisers read it, once it is kept
   */
  private String addAsset(ModuleWriter.Asset asset, List<String> initializers) {
    String fed = nodes.placeholder("asset_path_initializer", STRING, Shape.of());
    String variable = nodes.variable("asset_path_" + assetTensors.size(), STRING, Shape.of());
    String assign = nodes.assign(variable + "/Assign", variable, fed, STRING);
    initializers.add(assign);
    assetTensors.put(asset, fed + ":0");
    captured.put(asset, nodes.read(variable + "/Read", List.of(variable), STRING));
    return nodes.read(variable + "/Initialized", List.of(variable, "^" + assign), STRING);
  }

  private String addTable(ModuleWriter.Member table, TableFunctions functions) {
    if (table instanceof ModuleWriter.Table t) {
      return TableFunctions.node(nodes, t);
    }
    WrittenFunction creator = functions.creator();
    return CreatorNodes.add(
        nodes,
        SavedObjects.nodeName(table) + "/",
        creator.definition(),
        creator.captures().stream().map(captured::get).toList());
  }

  /** A signature: placeholders, and the call of its function. */
  void addSignature(WrittenSignature signature) {
    SignatureDef.Builder def =
        SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict");
    List<String> inputs = new ArrayList<>();
    String prefix = "signature_" + signature.name() + "_";
    for (TensorPart part : signature.wrapper().parts()) {
      String node =
          nodes.placeholder(NodeNames.of(prefix + part.name()), part.dtype(), part.shape());
      inputs.add(node);
      def.putInputs(part.name(), info(part, node + ":0"));
    }
    signature.wrapper().captures().forEach(m -> inputs.add(captured.get(m)));
    String call = nodes.call(signature.wrapper().definition(), inputs);
    for (int i = 0; i < signature.outputs().size(); i++) {
      TensorPart part = signature.outputs().get(i);
      def.putOutputs(part.name(), info(part, call + ":" + i));
    }
    signatures.put(signature.name(), def.build());
  }

  /** The nodes that save and restore the variables. */
  void addSaver() {
    String file = nodes.placeholder("saver_filename", STRING, Shape.of());
    List<String> keys = new ArrayList<>();
    List<String> values = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    variables.forEach(
        (v, node) -> {
          DataType type = v.value().dtype().proto();
          keys.add(SavedObjects.checkpointKey(v));
          types.add(type);
          values.add(nodes.read(node + "/Read", List.of(node), type));
        });
    String restore = addRestore(file, keys, types);
    keys.add(Checkpoint.OBJECT_GRAPH);
    types.add(STRING);
    values.add(nodes.constant("save/objects", Checkpoint.objectGraph(objects)));
    String save = Checkpoint.save(nodes, file, keys, values, types);
    String saved =
        nodes.node(
            "save/done", "Identity", List.of(file, "^" + save), Map.of("T", Protos.attr(STRING)));
    saver =
        SaverDef.newBuilder()
            .setFilenameTensorName(file + ":0")
            .setSaveTensorName(saved + ":0")
            .setRestoreOpName(restore)
            .setVersion(SaverDef.CheckpointFormatVersion.V2)
            .build();
  }

  private String addRestore(String file, List<String> keys, List<DataType> types) {
    List<String> assigned = new ArrayList<>();
    if (!keys.isEmpty()) {
      String restored = nodes.restore("restore/RestoreV2", file, keys, types);
      int i = 0;
      for (String variable : variables.values()) {
        assigned.add(
            nodes.assign("restore/" + variable, variable, restored + ":" + i, types.get(i)));
        i++;
      }
    }
    return nodes.noOp("restore/all", assigned);
  }

  GraphDef.Builder graph() {
    return nodes.graph();
  }

  SaverDef saver() {
    return Objects.requireNonNull(saver);
  }

  String initOp() {
    return initOp;
  }

  /** The signatures by name, the one that initialises included. */
  Map<String, SignatureDef> signatures() {
    return signatures;
  }

  /** The tensor that takes each asset's path. */
  Map<ModuleWriter.Asset, String> assetTensors() {
    return assetTensors;
  }

  private static TensorInfo info(TensorPart part, String tensor) {
    return TensorInfo.newBuilder()
        .setName(tensor)
        .setDtype(part.dtype())
        .setTensorShape(Protos.shape(part.shape()))
        .build();
  }
}
