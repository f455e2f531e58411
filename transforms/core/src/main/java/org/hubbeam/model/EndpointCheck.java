// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import java.util.Map;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SaveSliceInfoDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.VariableDef;

/**
 * Checks what is run of a graph without objects: that the tensors and nodes which signatures, the
 * saver, initialisers and assets name are there.
 */
final class EndpointCheck {

  private final MetaGraphDef metaGraph;
  private final GraphCheck graph;

  EndpointCheck(MetaGraphDef metaGraph, GraphCheck graph) {
    this.metaGraph = metaGraph;
    this.graph = graph;
  }

  /** Checks these signatures, and all else. */
  void check(Map<String, SignatureDef> signatures, Iterable<String> assetTensors) {
    signatures.forEach(
        (name, signature) -> {
          try {
            signature.getInputsMap().forEach((n, i) -> check("the input " + Flaw.name(n), i));
            signature.getOutputsMap().forEach((n, i) -> check("the output " + Flaw.name(n), i));
          } catch (Flaw e) {
            throw e.in("the signature " + Flaw.name(name));
          }
        });
    assetTensors.forEach(t -> in("the asset", () -> graph.requireTensor(t)));
    in("the saver", this::checkSaver);
    GraphProgram.initialisers(metaGraph)
        .forEach(n -> in("the initialiser", () -> graph.requireNode(n)));
    for (String collection : List.of("variables", "trainable_variables")) {
      VariableRestore.collected(metaGraph, collection)
          .forEach(v -> in("the collection " + collection, () -> checkVariable(v)));
    }
  }

  private void check(String place, TensorInfo info) {
    in(
        place,
        () -> {
          switch (info.getEncodingCase()) {
            case COO_SPARSE -> {
              graph.requireTensor(info.getCooSparse().getIndicesTensorName());
              graph.requireTensor(info.getCooSparse().getValuesTensorName());
              graph.requireTensor(info.getCooSparse().getDenseShapeTensorName());
            }
            case COMPOSITE_TENSOR ->
                info.getCompositeTensor()
                    .getComponentsList()
                    .forEach(c -> graph.requireTensor(c.getName()));
            default -> graph.requireTensor(info.getName());
          }
        });
  }

  private void checkSaver() {
    SaverDef saver = metaGraph.getSaverDef();
    if (saver.getRestoreOpName().isEmpty()) {
      return;
    }
    graph.requireNode(saver.getRestoreOpName());
    graph.requireTensor(saver.getFilenameTensorName());
    if (!saver.getSaveTensorName().isEmpty()) {
      graph.requireTensor(saver.getSaveTensorName());
    }
  }

  private void checkVariable(VariableDef variable) {
    graph.requireTensor(variable.getVariableName());
    SaveSliceInfoDef slice = variable.getSaveSliceInfoDef();
    if (slice.getVarOffsetCount() != slice.getVarShapeCount()) {
      throw new Flaw(
          "the part "
              + Flaw.name(variable.getVariableName())
              + " has "
              + slice.getVarShapeCount()
              + " dimensions, but starts at "
              + slice.getVarOffsetCount());
    }
  }

  private static void in(String place, Runnable check) {
    try {
      check.run();
    } catch (Flaw e) {
      throw e.in(place);
    }
  }
}
