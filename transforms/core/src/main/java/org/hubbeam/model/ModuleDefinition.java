// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.TensorInfo;

/** One meta graph of a module, understood but not loaded. */
final class ModuleDefinition {

  private final SavedModelFolder files;
  private final MetaGraphDef metaGraph;
  private final ObjectGraph objects;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, FunctionDef> functions = new LinkedHashMap<>();
  private final List<Member> members = new ArrayList<>();
  private final boolean callsObjects;

  private ModuleDefinition(SavedModelFolder files, MetaGraphDef metaGraph, GraphCheck check) {
    this.files = files;
    this.metaGraph = metaGraph;
    this.objects = new ObjectGraph(metaGraph.getObjectGraphDef());
    metaGraph.getGraphDef().getNodeList().forEach(n -> nodes.put(n.getName(), n));
    for (FunctionDef function : metaGraph.getGraphDef().getLibrary().getFunctionList()) {
      functions.put(function.getSignature().getName(), function);
    }
    Map<String, SignatureDef> signatures = usable(metaGraph.getSignatureDefMap());
    callsObjects =
        !objects.isEmpty() && signatures.keySet().stream().allMatch(s -> signatureNode(s) != null);
    if (files.hasVariables()) {
      CheckpointIndex checkpoint = CheckpointIndex.read(files.variables());
      if (callsObjects) {
        CheckpointObjects.check(objects, checkpoint);
      }
    }
    if (!callsObjects) {
      new EndpointCheck(metaGraph, check).check(signatures, assets().keySet());
    }
    signatures.forEach((name, signature) -> members.add(signature(name, signature)));
    if (callsObjects) {
      objects.members().forEach(this::addMember);
    }
  }

  /**
   * Reads a module and checks its structure.
   *
   * @param tags the tag set of the graph; null to choose
   * @throws ModuleException when the module is broken, saying where
   */
  static ModuleDefinition read(Path folder, @Nullable Set<String> tags) {
    SavedModelFolder files = SavedModelFolder.read(folder);
    MetaGraphDef metaGraph = InternalAttributes.known(files.metaGraph(tags));
    try {
      return new ModuleDefinition(files, metaGraph, StructureCheck.check(metaGraph));
    } catch (Flaw e) {
      throw e.of(folder.toString());
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | IllegalStateException
        | ArithmeticException
        | NoSuchElementException e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the module in " + folder + " is broken in a way that no check knows: " + e,
          e);
    }
  }

  /**
   * Reads a module that may be loaded with these options.
   *
   * @throws ModuleException as {@link Module#load} does
   */
  static ModuleDefinition admitted(Path folder, ModuleOptions options) {
    boolean elsewhere = options.isolation() != null && !options.opLibraries().isEmpty();
    if (elsewhere) {
      // Foreign libraries stay out of this process: the module's own looks for its ops.
      return read(folder, options.tags());
    }
    OpDefs.load(options.opLibraries());
    ModuleDefinition definition = read(folder, options.tags());
    OpScan.scan(definition).admit(folder, options.trust());
    return definition;
  }

  SavedModelFolder files() {
    return files;
  }

  MetaGraphDef metaGraph() {
    return metaGraph;
  }

  ObjectGraph objects() {
    return objects;
  }

  NodeDef node(String name) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "the graph lacks the node '" + name + "'");
    }
    return node;
  }

  /** The function library, by name. */
  Map<String, FunctionDef> functions() {
    return functions;
  }

  /**
   * A function of the library.
   *
   * @throws ModuleException when there is none of the name
   */
  FunctionDef function(String name) {
    FunctionDef function = functions.get(name);
    if (function == null) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "the function library lacks " + name);
    }
    return function;
  }

  /** Whether functions are reached through the object graph, as Python does it. */
  boolean callsObjects() {
    return callsObjects;
  }

  List<Member> members() {
    return members;
  }

  /** The names of the assets by the tensors that stand for their paths. */
  Map<String, String> assets() {
    Map<String, String> assets = new LinkedHashMap<>();
    for (AssetFileDef asset : metaGraph.getAssetFileDefList()) {
      assets.put(asset.getTensorInfo().getName(), asset.getFilename());
    }
    for (var packed :
        metaGraph
            .getCollectionDefOrDefault(
                "saved_model_assets", org.tensorflow.proto.CollectionDef.getDefaultInstance())
            .getAnyList()
            .getValueList()) {
      try {
        AssetFileDef asset = packed.unpack(AssetFileDef.class);
        assets.putIfAbsent(asset.getTensorInfo().getName(), asset.getFilename());
      } catch (com.google.protobuf.InvalidProtocolBufferException e) {
        throw new ModuleException(
            ModuleException.Kind.NOT_LOADABLE, "the collection of assets is broken", e);
      }
    }
    return assets;
  }

  /** The name of the asset whose path a node of the graph is; null where it is none. */
  @Nullable String assetFile(String node) {
    return assets().get(node + ":0");
  }

  /** Whether a variable of the graph was among those to train. */
  boolean isTrained(String variable) {
    return VariableRestore.collected(metaGraph, "trainable_variables").stream()
        .anyMatch(v -> VariableRestore.node(v).equals(variable));
  }

  ModuleInfo info() {
    OpScan scan = OpScan.scan(this);
    return new ModuleInfo(
        files.folder(),
        format(),
        files.tagSets(),
        SavedModelFolder.tags(metaGraph),
        members.stream().map(ModuleDefinition::callable).toList(),
        variables(),
        assets().values().stream().distinct().sorted().toList(),
        scan.ops(),
        scan.missing(),
        scan.unsafe(),
        files.bytes());
  }

  private String format() {
    return switch (files.encoding()) {
      case TF1_HUB -> "TF1 Hub format";
      case SAVED_MODEL -> objects.isEmpty() ? "TF1 SavedModel" : "TF2 SavedModel";
      case SAVED_MODEL_TEXT ->
          (objects.isEmpty() ? "TF1 SavedModel" : "TF2 SavedModel") + " (text)";
    };
  }

  private static ModuleInfo.Callable callable(Member member) {
    return new ModuleInfo.Callable(
        member.name(),
        member.kind(),
        member.traces().stream()
            .map(t -> new ModuleInfo.Variant(t.inputSpecs(), t.arguments(), t.outputSpecs()))
            .toList());
  }

  private List<ArraySpec> variables() {
    List<ArraySpec> variables = new ArrayList<>();
    if (callsObjects) {
      ownVariables()
          .forEach(
              (path, variable) ->
                  add(variables, path, variable.getDtype(), Structure.shape(variable.getShape())));
    } else {
      graphVariables()
          .forEach(
              (name, node) ->
                  add(
                      variables,
                      name,
                      node.getAttrOrThrow("dtype").getType(),
                      Structure.shape(node.getAttrOrThrow("shape").getShape())));
    }
    return variables;
  }

  /** The variables of the objects by path, each once. */
  private Map<String, SavedVariable> ownVariables() {
    Map<String, SavedVariable> own = new LinkedHashMap<>();
    variableNames().forEach((id, path) -> own.putIfAbsent(path, objects.node(id).getVariable()));
    return own;
  }

  /**
   * The paths that the variables among the objects are known by, in the order of these. Keras 3
   * exports each variable twice, under {@code _all_variables} and under {@code variables}, as two
   * objects of one name: both have the path of the latter.
   */
  Map<Integer, String> variableNames() {
    Map<Integer, String> names = new LinkedHashMap<>();
    Map<Integer, String> copies = new LinkedHashMap<>();
    objects
        .members()
        .forEach(
            (path, id) -> {
              if (objects.node(id).hasVariable()) {
                (path.startsWith("_all_variables.") ? copies : names).put(id, path);
              }
            });
    Map<SavedVariable, Deque<String>> unpaired = new HashMap<>();
    names.forEach(
        (id, path) ->
            unpaired
                .computeIfAbsent(identity(objects.node(id).getVariable()), k -> new ArrayDeque<>())
                .add(path));
    copies.forEach(
        (id, path) -> {
          Deque<String> twins = unpaired.get(identity(objects.node(id).getVariable()));
          names.put(id, twins == null || twins.isEmpty() ? path : twins.remove());
        });
    return names;
  }

  private static SavedVariable identity(SavedVariable variable) {
    return SavedVariable.newBuilder()
        .setName(variable.getName())
        .setDtype(variable.getDtype())
        .setShape(variable.getShape())
        .build();
  }

  private static void add(List<ArraySpec> into, String name, DataType dtype, Shape shape) {
    if (dtype != DataType.DT_INVALID) {
      into.add(new ArraySpec(name, DType.of(dtype), shape, Layout.DENSE));
    }
  }

  /** The variables of a graph without objects, by name. */
  Map<String, NodeDef> graphVariables() {
    Map<String, NodeDef> variables = new TreeMap<>();
    nodes.forEach(
        (name, node) -> {
          if (Set.of("VarHandleOp", "VariableV2", "Variable").contains(node.getOp())) {
            variables.put(name, node);
          }
        });
    return variables;
  }

  private static Map<String, SignatureDef> usable(Map<String, SignatureDef> signatures) {
    Map<String, SignatureDef> usable = new TreeMap<>();
    signatures.forEach(
        (name, signature) -> {
          boolean gives =
              signature.getOutputsMap().values().stream()
                  .anyMatch(o -> !o.getName().matches("(.*/)?NoOp(_\\d+)?(:0)?|:0"));
          if (!name.startsWith("__saved_model_") && gives) {
            usable.put(name, signature);
          }
        });
    return usable;
  }

  private @Nullable Integer signatureNode(String name) {
    return objects
        .child(0, "signatures")
        .flatMap(s -> objects.child(s, name))
        .filter(objects::isFunction)
        .orElse(null);
  }

  private Member signature(String name, SignatureDef signature) {
    Map<String, Array.Dense> defaults = new LinkedHashMap<>();
    signature
        .getDefaultsMap()
        .forEach((input, value) -> defaults.put(input, TensorProtos.decode(value)));
    if (callsObjects) {
      int node = Objects.requireNonNull(signatureNode(name));
      Map<String, String> parameters = PythonParameters.of(signature.getInputsMap().keySet());
      return new Member(
          name,
          ModuleInfo.Callable.Kind.SIGNATURE,
          node,
          objects.traces(node).stream().map(t -> t.withNamesOf(parameters)).toList(),
          Map.of(),
          defaults,
          Member.Endpoints.NONE);
    }
    Map<String, List<String>> inputs = new TreeMap<>();
    Map<String, List<String>> outputs = new TreeMap<>();
    Trace trace =
        new Trace(
            name,
            endpoints(signature.getInputsMap(), inputs),
            Map.of(),
            endpoints(signature.getOutputsMap(), outputs));
    return new Member(
        name,
        ModuleInfo.Callable.Kind.SIGNATURE,
        -1,
        List.of(trace),
        Map.of(),
        defaults,
        new Member.Endpoints(inputs, outputs));
  }

  private void addMember(String path, int id) {
    String last = path.substring(path.lastIndexOf('.') + 1);
    boolean resource =
        Set.of("_create_resource", "_initialize", "_destroy_resource").contains(last);
    if (!objects.isFunction(id) || resource) {
      return;
    }
    List<Trace> traces;
    try {
      traces = objects.traces(id);
    } catch (ModuleException | IllegalArgumentException e) {
      return; // a member that takes or gives what is no tensor: a dataset, an iterator
    }
    if (traces.isEmpty()) {
      return;
    }
    members.add(
        new Member(
            path,
            ModuleInfo.Callable.Kind.MEMBER,
            id,
            traces,
            objects.defaults(id),
            Map.of(),
            Member.Endpoints.NONE));
  }

  private List<Structure.Tensor> endpoints(
      Map<String, TensorInfo> infos, Map<String, List<String>> tensors) {
    List<Structure.Tensor> specs = new ArrayList<>();
    new TreeMap<>(infos)
        .forEach(
            (name, info) -> {
              tensors.put(name, new ArrayList<>());
              specs.add(endpoint(name, info, tensors.get(name)));
            });
    return specs;
  }

  private Structure.Tensor endpoint(String name, TensorInfo info, List<String> tensors) {
    if (info.hasCooSparse()) {
      tensors.add(info.getCooSparse().getIndicesTensorName());
      tensors.add(info.getCooSparse().getValuesTensorName());
      tensors.add(info.getCooSparse().getDenseShapeTensorName());
      return new Structure.Tensor(
          new ArraySpec(
              name,
              dtype(name, info.getDtype()),
              Structure.shape(info.getTensorShape()),
              Layout.SPARSE),
          3,
          null);
    }
    if (info.hasCompositeTensor()) {
      info.getCompositeTensor().getComponentsList().forEach(c -> tensors.add(c.getName()));
      return (Structure.Tensor)
          Structure.flatten(
                  StructuredValue.newBuilder()
                      .setTypeSpecValue(info.getCompositeTensor().getTypeSpec())
                      .build(),
                  name)
              .get(0);
    }
    tensors.add(info.getName());
    // A signature can be wrong about its placeholder, which is what is really fed.
    NodeDef node = nodes.get(NativeSession.TensorName.parse(info.getName()).node());
    DataType dtype =
        node != null && node.getOp().startsWith("Placeholder")
            ? node.getAttrOrThrow("dtype").getType()
            : info.getDtype();
    Shape shape = Structure.shape(info.getTensorShape());
    if (shape.hasRank() && shape.rank() == 0) {
      shape = Shape.UNKNOWN; // old exporters write nothing where nothing is known
    }
    return new Structure.Tensor(
        new ArraySpec(name, dtype(name, dtype), shape, Layout.DENSE), 1, null);
  }

  private static DType dtype(String name, DataType dtype) {
    if (dtype == DataType.DT_INVALID) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "the signature tells no dtype of '" + name + "'");
    }
    return DType.of(dtype);
  }
}
