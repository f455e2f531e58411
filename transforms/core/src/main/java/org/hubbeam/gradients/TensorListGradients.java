// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.tensorflow.GraphOperation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;

/**
 * The gradients of the operations on lists of tensors, which loops keep in {@code TensorArray}s.
 * The gradient of a list is a list of the same length.
 */
final class TensorListGradients {

  private TensorListGradients() {}

  private interface Gradient {
    /** The gradients of the first inputs; the rest, which are numbers and shapes, have none. */
    List<Output<?>> of(Build build, GraphOperation op, List<Output<?>> incoming);
  }

  private static final Map<String, Gradient> GRADIENTS =
      Map.ofEntries(
          Map.entry("TensorListFromTensor", TensorListGradients::fromTensor),
          Map.entry("TensorListStack", TensorListGradients::stack),
          Map.entry("TensorListGetItem", TensorListGradients::getItem),
          Map.entry("TensorListSetItem", TensorListGradients::setItem),
          Map.entry("TensorListPushBack", TensorListGradients::pushBack),
          Map.entry("TensorListPopBack", TensorListGradients::popBack),
          Map.entry("TensorListConcat", TensorListGradients::concat),
          Map.entry("TensorListConcatV2", TensorListGradients::concat),
          Map.entry("TensorListSplit", TensorListGradients::split),
          Map.entry("TensorListResize", TensorListGradients::resize),
          Map.entry("TensorListGather", TensorListGradients::gather),
          Map.entry("TensorListScatter", TensorListGradients::scatter),
          Map.entry("TensorListScatterV2", TensorListGradients::scatter),
          Map.entry("TensorListScatterIntoExistingList", TensorListGradients::scatterIntoExisting));

  /** What does not change with anything; TensorFlow asks for their gradients all the same. */
  private static final Set<String> FLAT =
      Set.of("TensorListReserve", "EmptyTensorList", "TensorListLength", "TensorListElementShape");

  /** Makes them known to TensorFlow. */
  static void register() {
    GRADIENTS.forEach(
        (op, gradient) ->
            RegisteredGradients.register(
                op, (tf, node, dy) -> gradient.of(new Build(tf), node, dy)));
    FLAT.forEach(op -> RegisteredGradients.register(op, (tf, node, dy) -> List.of()));
  }

  private static List<Output<?>> fromTensor(
      Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> tensor = op.input(0);
    return List.of(
        build.op(
            "TensorListStack",
            List.of(incoming.get(0), build.rowShape(tensor)),
            b -> b.setAttr("element_dtype", tensor.dataType())));
  }

  private static List<Output<?>> stack(Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> tensor = incoming.get(0);
    return List.of(
        build.op(
            "TensorListFromTensor",
            List.of(tensor, build.rowShape(tensor)),
            b -> b.setAttr("element_dtype", tensor.dataType())));
  }

  private static List<Output<?>> getItem(Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> item = incoming.get(0);
    return List.of(build.set(build.unset(op.input(0), item.dataType()), op.input(1), item));
  }

  private static List<Output<?>> setItem(Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> list = incoming.get(0);
    Output<?> item = op.input(2);
    Output<?> others = build.set(list, op.input(1), build.zeros(item));
    if (op.attributes().getAttrBool("resize_if_index_out_of_bounds")) {
      others = build.resize(others, build.length(op.input(0)));
    }
    return List.of(
        others,
        build.zeros(op.input(1)),
        build.op(
            "TensorListGetItem",
            List.of(list, op.input(1), build.shape(item)),
            b -> b.setAttr("element_dtype", item.dataType())));
  }

  private static List<Output<?>> pushBack(
      Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> item = op.input(1);
    Output<?> list =
        build.op(
            "TensorListPopBack",
            List.of(incoming.get(0), build.shape(item)),
            b -> b.setAttr("element_dtype", item.dataType()));
    return List.of(list, list.op().output(1));
  }

  private static List<Output<?>> popBack(Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> item = incoming.get(1);
    return List.of(
        build.op(
            "TensorListPushBack",
            List.of(incoming.get(0), item),
            b -> b.setAttr("element_dtype", item.dataType())));
  }

  private static List<Output<?>> concat(Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> tensor = incoming.get(0);
    return List.of(
        build.op(
            "TensorListSplit",
            List.of(tensor, build.elementShape(op.input(0)), op.output(1)),
            b -> b.setAttr("element_dtype", tensor.dataType())));
  }

  private static List<Output<?>> split(Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> tensor = op.input(0);
    Output<?> shape =
        build.op(
            "ConcatV2",
            List.of(List.of(build.vector(-1), build.rowShape(tensor)), build.scalar(0)),
            b -> b);
    return List.of(
        build.op(
            "TensorListConcatV2",
            List.of(incoming.get(0), shape, op.input(2)),
            b -> b.setAttr("element_dtype", tensor.dataType())));
  }

  private static List<Output<?>> resize(Build build, GraphOperation op, List<Output<?>> incoming) {
    return List.of(build.resize(incoming.get(0), build.length(op.input(0))));
  }

  private static List<Output<?>> gather(Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> tensor = incoming.get(0);
    Output<?> sums =
        build.op(
            "UnsortedSegmentSum", List.of(tensor, op.input(1), build.length(op.input(0))), b -> b);
    return List.of(
        build.op(
            "TensorListFromTensor",
            List.of(sums, build.rowShape(tensor)),
            b -> b.setAttr("element_dtype", tensor.dataType())));
  }

  private static List<Output<?>> scatter(Build build, GraphOperation op, List<Output<?>> incoming) {
    return List.of(build.gather(incoming.get(0), op.input(0), op.input(1)));
  }

  private static List<Output<?>> scatterIntoExisting(
      Build build, GraphOperation op, List<Output<?>> incoming) {
    Output<?> tensor = op.input(1);
    Output<?> indices = op.input(2);
    return List.of(
        build.scatter(incoming.get(0), build.zeros(tensor), indices),
        build.gather(incoming.get(0), tensor, indices));
  }

  /** Adds operations to the graph that TensorFlow differentiates. */
  private record Build(Ops tf) {

    /**
     * An operation.
     *
     * @param inputs tensors, and lists of tensors
     * @return its first output
     */
    Output<?> op(String type, List<?> inputs, UnaryOperator<OperationBuilder> attributes) {
      OperationBuilder builder =
          tf.scope().env().opBuilder(type, tf.scope().makeOpName(type), tf.scope());
      for (Object input : inputs) {
        if (input instanceof List<?> list) {
          builder.addInputList(list.toArray(new Output<?>[0]));
        } else {
          builder.addInput((Output<?>) input);
        }
      }
      return attributes.apply(builder).build().output(0);
    }

    Output<?> scalar(int value) {
      return tf.constant(value).asOutput();
    }

    Output<?> vector(int value) {
      return tf.constant(new int[] {value}).asOutput();
    }

    Output<?> shape(Output<?> tensor) {
      return op("Shape", List.of(tensor), b -> b.setAttr("out_type", DataType.DT_INT32));
    }

    /** The shape from the second dimension on. */
    Output<?> rowShape(Output<?> tensor) {
      return op("Slice", List.of(shape(tensor), vector(1), vector(-1)), b -> b);
    }

    Output<?> zeros(Output<?> tensor) {
      return op("ZerosLike", List.of(tensor), b -> b);
    }

    Output<?> length(Output<?> list) {
      return op("TensorListLength", List.of(list), b -> b);
    }

    Output<?> elementShape(Output<?> list) {
      return op(
          "TensorListElementShape", List.of(list), b -> b.setAttr("shape_type", DataType.DT_INT32));
    }

    Output<?> resize(Output<?> list, Output<?> length) {
      return op("TensorListResize", List.of(list, length), b -> b);
    }

    Output<?> set(Output<?> list, Output<?> index, Output<?> item) {
      return op(
          "TensorListSetItem",
          List.of(list, index, item),
          b -> b.setAttr("element_dtype", item.dataType()));
    }

    /** A list as long as another, of which nothing is set. */
    Output<?> unset(Output<?> list, DataType type) {
      return op(
          "TensorListReserve",
          List.of(elementShape(list), length(list)),
          b -> b.setAttr("element_dtype", type));
    }

    Output<?> gather(Output<?> list, Output<?> tensor, Output<?> indices) {
      return op(
          "TensorListGather",
          List.of(list, indices, rowShape(tensor)),
          b -> b.setAttr("element_dtype", tensor.dataType()));
    }

    Output<?> scatter(Output<?> list, Output<?> tensor, Output<?> indices) {
      return op(
          "TensorListScatterIntoExistingList",
          List.of(list, tensor, indices),
          b -> b.setAttr("element_dtype", tensor.dataType()));
    }
  }
}
