// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.GraphFunction.Argument;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.ResourceHandleProto.DtypeAndShape;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.Struct.StructuredValue;

/**
 * One graph function of a module, and how Python calls it.
 *
 * @param parts the tensors it takes, before the captures
 * @param captures the members it takes behind them
 * @param taken the structure of its arguments
 * @param given the structure of its result
 * @param python the Python function it is a trace of
 */
record WrittenFunction(
    FunctionDef definition,
    List<TensorPart> parts,
    List<ModuleWriter.Member> captures,
    StructuredValue taken,
    StructuredValue given,
    StructuredValue python) {

  String name() {
    return definition.getSignature().getName();
  }

  /** How a module tells this function, with the numbers of the objects it captures. */
  SavedConcreteFunction saved(List<Integer> boundInputs) {
    return SavedConcreteFunction.newBuilder()
        .addAllBoundInputs(boundInputs)
        .setCanonicalizedInputSignature(taken)
        .setOutputSignature(given)
        .build();
  }

  /** How a module tells the Python function. */
  FunctionSpec spec(StructuredValue inputSignature) {
    return FunctionSpec.newBuilder()
        .setFullargspec(python)
        .setInputSignature(inputSignature)
        .build();
  }

  /** A node of a function's graph that stands for a member, as an argument. */
  static Argument captured(ModuleWriter.Member member, String node) {
    if (member instanceof ModuleWriter.Asset) {
      return new Argument(node, node, DType.STRING.proto(), Shape.of(), null);
    }
    if (member instanceof GraftedConstant constant) {
      return new Argument(node, node, constant.value().getDtype(), constant.shape(), null);
    }
    @Nullable DtypeAndShape handle =
        member instanceof ModuleWriter.Variable v
            ? DtypeAndShape.newBuilder()
                .setDtype(v.value().dtype().proto())
                .setShape(Protos.shape(v.value().shape()))
                .build()
            : null;
    return new Argument(node, node, DataType.DT_RESOURCE, Shape.of(), handle);
  }
}
