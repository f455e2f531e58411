// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GradientDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.RegisteredGradient;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.VersionDef;

/** A module's files, from what was put into the writer. */
final class ModuleProtos {

  private static final String MAIN_OP = "saved_model_main_op";

  private final Map<String, ModuleWriter.Member> members;
  private final Map<String, List<FunctionTracer.Trace>> functions;
  private final Map<String, WrittenSignature> signatures;
  private final OpDefs ops;
  private final Map<ModuleWriter.Member, TableFunctions> tables = new LinkedHashMap<>();
  private final List<ModuleWriter.Asset> assets = new ArrayList<>();

  ModuleProtos(
      Map<String, ModuleWriter.Member> members,
      Map<String, List<FunctionTracer.Trace>> functions,
      Map<String, WrittenSignature> signatures,
      OpDefs ops) {
    this.members = members;
    this.functions = functions;
    this.signatures = signatures;
    this.ops = ops;
    for (ModuleWriter.Member member : members.values()) {
      if (member instanceof ModuleWriter.Asset asset) {
        assets.add(asset);
      } else if (member instanceof ModuleWriter.Table table) {
        tables.put(table, TableFunctions.create(table, tables.size(), ops));
        if (table.content() instanceof TableContent.OfAsset content) {
          assets.add(content.asset());
        }
      } else if (member instanceof GraftedResource resource) {
        tables.put(resource, resource.functions());
      }
    }
  }

  /** Writes the module into an empty folder. */
  void write(Path folder) throws IOException {
    AssetFiles files = AssetFiles.assignNames(assets);
    files.copy(Files.createDirectory(folder.resolve("assets")));
    ObjectGraphBuilder builder = new ObjectGraphBuilder(members, functions, tables, assets);
    SavedObjects objects = builder.build(signatures.values());
    MainGraph main = new MainGraph(members.values(), tables, assets, objects.trackable());
    signatures.values().forEach(main::addSignature);
    main.addSaver();
    Checkpoint.write(
        Files.createDirectory(folder.resolve("variables")).resolve("variables"),
        variables(),
        objects.trackable());
    MetaGraphDef meta = meta(main, files, saved(objects, builder));
    SavedModel model =
        SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
    try (OutputStream file = Files.newOutputStream(folder.resolve("saved_model.pb"))) {
      CodedOutputStream out = CodedOutputStream.newInstance(file);
      out.useDeterministicSerialization();
      model.writeTo(out);
      out.flush();
    }
  }

  private MetaGraphDef meta(MainGraph main, AssetFiles files, SavedObjectGraph objects) {
    GraphDef graph = main.graph().setLibrary(library()).setVersions(versions()).build();
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
    meta.getMetaInfoDefBuilder()
        .addTags("serve")
        .setTensorflowVersion(TensorFlow.version())
        .setStrippedDefaultAttrs(true)
        .setStrippedOpList(ops.used(graph));
    meta.setGraphDef(graph)
        .setSaverDef(main.saver())
        .putAllSignatureDef(main.signatures())
        .putCollectionDef(
            MAIN_OP,
            CollectionDef.newBuilder()
                .setNodeList(CollectionDef.NodeList.newBuilder().addValue(main.initOp()))
                .build())
        .setObjectGraphDef(objects);
    main.assetTensors().forEach((a, t) -> meta.addAssetFileDef(files.def(a, t)));
    return meta.build();
  }

  private SavedObjectGraph saved(SavedObjects objects, ObjectGraphBuilder builder) {
    SavedObjectGraph.Builder out = objects.saved();
    for (WrittenFunction function : all()) {
      out.putConcreteFunctions(function.name(), function.saved(builder.boundInputs(function)));
    }
    return out.build();
  }

  private List<WrittenFunction> all() {
    List<WrittenFunction> all = new ArrayList<>();
    for (TableFunctions table : tables.values()) {
      all.addAll(List.of(table.creator(), table.initializer(), table.destroyer()));
    }
    functions.values().forEach(traces -> traces.forEach(t -> all.add(t.function())));
    signatures.values().forEach(s -> all.add(s.wrapper()));
    return all;
  }

  private FunctionDefLibrary library() {
    Map<String, FunctionDef> byName = new LinkedHashMap<>();
    FunctionDefLibrary.Builder out = FunctionDefLibrary.newBuilder();
    Set<FunctionDefLibrary> libraries = new LinkedHashSet<>();
    functions.values().stream().flatMap(List::stream).forEach(t -> libraries.add(t.library()));
    for (ModuleWriter.Member member : members.values()) {
      if (member instanceof GraftedResource resource) {
        libraries.add(resource.library());
      }
    }
    Set<GradientDef> gradients = new LinkedHashSet<>();
    Set<RegisteredGradient> registered = new LinkedHashSet<>();
    for (FunctionDefLibrary library : libraries) {
      gradients.addAll(library.getGradientList());
      registered.addAll(library.getRegisteredGradientsList());
      for (FunctionDef called : library.getFunctionList()) {
        FunctionDef there = byName.put(called.getSignature().getName(), called);
        if (there != null && !there.equals(called)) {
          throw new IllegalStateException(
              "two bodies call different functions called " + called.getSignature().getName());
        }
      }
    }
    all().forEach(f -> byName.put(f.name(), f.definition()));
    return out.addAllFunction(byName.values())
        .addAllGradient(gradients)
        .addAllRegisteredGradients(registered)
        .build();
  }

  private VersionDef versions() {
    int producer =
        functions.values().stream()
            .flatMap(List::stream)
            .mapToInt(FunctionTracer.Trace::producer)
            .max()
            .orElse(0);
    return VersionDef.newBuilder().setProducer(producer).setMinConsumer(12).build();
  }

  private List<ModuleWriter.Variable> variables() {
    return members.values().stream()
        .filter(ModuleWriter.Variable.class::isInstance)
        .map(ModuleWriter.Variable.class::cast)
        .toList();
  }
}
