// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients are what differences of results say: those written here, and many of TensorFlow's. */
final class OpGradientsTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource({"sparse", "arrays", "mathematics", "neural", "builtIn"})
  void isThatOfDifferences(NumericGradient gradient) {
    gradient.check();
  }

  private static NumericGradient op(String op) {
    return new NumericGradient(op);
  }

  private static Array.Dense matrix(int columns, long... values) {
    return new Array.Dense(
        List.of((long) values.length / columns, (long) columns), Values.of(values));
  }

  private static Array.Dense intMatrix(int columns, int... values) {
    return new Array.Dense(
        List.of((long) values.length / columns, (long) columns), Values.of(values));
  }

  /** Four values of a matrix of three rows and four columns. */
  private static NumericGradient sparse(String op) {
    return op(op).input(matrix(2, 0, 1, 0, 3, 1, 0, 2, 2)).random(4).longs(3, 4);
  }

  static Stream<Named<NumericGradient>> sparse() {
    return named(
        op("SparseSegmentSum").random(5, 3).ints(0, 4, 2, 4).ints(0, 0, 1, 2),
        op("SparseSegmentMean").random(5, 3).ints(0, 4, 2, 4).ints(0, 0, 1, 2),
        op("SparseSegmentSqrtN").random(5, 3).longs(0, 4, 2, 4).ints(0, 0, 1, 2),
        op("SparseSegmentSumWithNumSegments").random(5, 3).ints(0, 4, 2).ints(0, 0, 2).integer(5),
        op("SparseSegmentMeanWithNumSegments").random(5, 3).ints(0, 4, 2).ints(0, 0, 2).integer(5),
        op("SparseSegmentSqrtNWithNumSegments").random(5, 3).ints(0, 4, 2).ints(0, 0, 2).integer(5),
        op("SegmentMean").random(5, 2, 2).ints(0, 0, 2, 2, 2),
        op("SegmentMax").random(5, 2).ints(0, 0, 1, 1, 1),
        op("SegmentMin").random(5, 2).ints(0, 0, 1, 1, 1),
        op("SegmentProd")
            .doubles(new long[] {5, 2}, 1, 2, 0, 3, 0, 0, 4, 0, 5, 6)
            .ints(0, 0, 1, 1, 1),
        op("UnsortedSegmentProd")
            .doubles(new long[] {5, 2}, 1, 2, 0, 3, 0, 0, 4, 0, 5, 6)
            .ints(0, 2, -1, 2, 0)
            .integer(3),
        sparse("SparseTensorDenseMatMul").random(4, 3),
        sparse("SparseTensorDenseMatMul").with("adjoint_a", true).random(3, 2),
        sparse("SparseTensorDenseMatMul").with("adjoint_b", true).random(2, 4),
        sparse("SparseTensorDenseMatMul")
            .with("adjoint_a", true)
            .with("adjoint_b", true)
            .random(2, 3),
        sparse("SparseDenseCwiseMul").random(3, 4),
        sparse("SparseDenseCwiseMul").random(1, 4),
        sparse("SparseDenseCwiseDiv").random(4),
        sparse("SparseDenseCwiseAdd").random(3, 4),
        sparse("SparseTensorDenseAdd").random(3, 4),
        sparse("SparseReduceSum").ints(1),
        sparse("SparseReduceSum").ints(0).with("keep_dims", true),
        sparse("SparseSoftmax"),
        op("SparseReorder").input(matrix(2, 2, 2, 0, 3, 1, 0, 0, 1)).random(4).longs(3, 4),
        op("SparseFillEmptyRows").input(matrix(2, 0, 1, 0, 3, 2, 2)).random(3).longs(4, 4).random(),
        op("SparseToDense").input(matrix(2, 0, 1, 2, 2)).longs(3, 4).random(2).random(),
        op("SparseToDense").input(matrix(2, 0, 1, 2, 2)).longs(3, 4).random().random(),
        op("RaggedTensorToTensor")
            .ints(3, 2, 2)
            .random(5, 2)
            .random()
            .partitions(Values.of(0, 3, 3, 5))
            .texts("row_partition_types", "ROW_SPLITS"),
        op("RaggedTensorToTensor")
            .ints(-1, -1)
            .random(5)
            .random()
            .partitions(Values.of(0L, 3L, 3L, 5L))
            .texts("row_partition_types", "ROW_SPLITS"),
        op("RaggedTensorToSparse").partitions(Values.of(0L, 3L, 3L, 5L)).random(5),
        op("RaggedGather")
            .partitions(Values.of(0L, 3L, 3L, 5L))
            .random(5, 2)
            .longs(2, 0, 2)
            .with("OUTPUT_RAGGED_RANK", 1));
  }

  static Stream<Named<NumericGradient>> arrays() {
    return named(
        op("IdentityN").randomList(2, 2, 3),
        op("EnsureShape").random(2, 3).with("shape", shape(2, 3)),
        op("PlaceholderWithDefault").random(2, 3).with("shape", shape(2, 3)),
        op("CheckNumericsV2").random(3).with("message", "bad"),
        op("DebugIdentityV2").random(3),
        op("AccumulateNV2").randomList(3, 2, 2).with("shape", shape(2, 2)),
        op("Gather").random(4, 2).ints(3, 0, 3),
        op("Concat").integer(1).randomList(2, 2, 3),
        op("Reverse").random(2, 3).bools(true, false),
        op("ConjugateTranspose").random(2, 3, 2).ints(2, 0, 1),
        op("TensorScatterUpdate").random(4, 2).input(intMatrix(1, 3, 0)).random(2, 2),
        op("TensorScatterAdd").random(4, 2).input(intMatrix(1, 3, 3)).random(2, 2),
        op("TensorScatterSub").random(4, 2).input(intMatrix(1, 3, 3)).random(2, 2),
        op("TensorScatterMax").random(4, 2).input(intMatrix(1, 3, 0)).random(2, 2),
        op("TensorScatterMin").random(4, 2).input(intMatrix(1, 3, 0)).random(2, 2),
        op("TensorStridedSliceUpdate").random(4, 3).ints(1, 0).ints(3, 3).ints(1, 2).random(2, 2),
        op("TensorStridedSliceUpdate").random(4, 3).ints(1, 0).ints(3, 3).ints(1, 1).random(3),
        op("MatrixDiagV2").random(2, 3).integer(0).integer(3).integer(3).random(),
        op("MatrixDiagV3").random(2, 2, 3).ints(0, 1).integer(3).integer(3).random(),
        op("MatrixDiagPart").random(2, 3, 4),
        op("MatrixDiagPartV2").random(2, 3, 4).integer(1).random(),
        op("MatrixDiagPartV3").random(2, 3, 4).ints(-1, 1).random(),
        op("MatrixSetDiag").random(2, 3, 4).random(2, 3),
        op("MatrixSetDiagV2").random(2, 3, 4).random(2, 3).integer(1),
        op("MatrixSetDiagV3").random(2, 3, 4).random(2, 2, 3).ints(0, 1));
  }

  static Stream<Named<NumericGradient>> mathematics() {
    return named(
        op("Cumprod").random(2, 4).integer(1),
        op("Cumprod").random(2, 4).integer(0).with("exclusive", true).with("reverse", true),
        op("Xlogy").random(2, 3).random(3),
        op("Xlog1py").random(2, 3).random(2, 1),
        op("Xdivy").random(2, 3).random(),
        op("MulNoNan").random(2, 3).random(3),
        op("FloorMod").random(2, 3).random(3),
        op("EuclideanNorm").random(2, 3, 2).ints(0, 2),
        op("EuclideanNorm").random(2, 3).integer(-1).with("keep_dims", true),
        op("Erfc").random(4),
        op("Digamma").random(4),
        op("Cross").random(2, 3).random(2, 3),
        op("MatrixInverse").random(2, 3, 3),
        op("MatrixInverse").random(3, 3).with("adjoint", true),
        op("MatrixDeterminant").random(2, 3, 3),
        op("MatrixSolve").random(3, 3).random(3, 2),
        op("MatrixSolve").random(3, 3).random(3, 2).with("adjoint", true),
        op("MatrixTriangularSolve").random(3, 3).random(3, 2),
        op("MatrixTriangularSolve")
            .random(3, 3)
            .random(3, 2)
            .with("lower", false)
            .with("adjoint", true),
        op("ComplexAbs").complex(3),
        op("FFT").complex(2, 4),
        op("IFFT").complex(2, 4),
        op("FFT2D").complex(2, 3, 4),
        op("IFFT2D").complex(2, 3, 4),
        op("FFT3D").complex(2, 3, 4),
        op("IFFT3D").complex(2, 3, 4),
        op("RFFT").floats(2, 6).ints(6),
        op("RFFT").floats(2, 6).ints(4),
        op("RFFT").floats(2, 5).ints(5),
        op("IRFFT").complex(2, 4).ints(6),
        op("IRFFT").complex(2, 4).ints(7),
        op("IRFFT").complex(2, 5).ints(6));
  }

  private static NumericGradient conv(String op) {
    return op(op).with("strides", 1, 1, 1, 1, 1).with("padding", "SAME");
  }

  static Stream<Named<NumericGradient>> neural() {
    return named(
        conv("Conv3D").random(1, 3, 4, 3, 2).random(2, 2, 2, 2, 3),
        op("Conv3D")
            .with("strides", 1, 1, 2, 1, 1)
            .with("padding", "VALID")
            .random(1, 3, 4, 3, 2)
            .random(2, 2, 2, 2, 1),
        conv("Conv3DBackpropInputV2")
            .ints(1, 3, 4, 3, 2)
            .random(2, 2, 2, 2, 3)
            .random(1, 3, 4, 3, 3),
        op("Conv2DBackpropFilter")
            .with("strides", 1, 1, 1, 1)
            .with("padding", "SAME")
            .random(1, 4, 3, 2)
            .ints(2, 2, 2, 3)
            .random(1, 4, 3, 3),
        op("DepthwiseConv2dNativeBackpropInput")
            .with("strides", 1, 1, 1, 1)
            .with("padding", "SAME")
            .ints(1, 4, 3, 2)
            .random(2, 2, 2, 1)
            .random(1, 4, 3, 2),
        op("FusedBatchNorm")
            .floats(2, 2, 2, 3)
            .floats(3)
            .floats(3)
            .floats(0)
            .floats(0)
            .only(0)
            .with("is_training", true),
        op("FusedBatchNormV2")
            .floats(2, 2, 2, 3)
            .floats(3)
            .floats(3)
            .floats(3)
            .floats(3)
            .only(0)
            .apart(3, 4)
            .with("is_training", false),
        op("BiasAddV1").random(2, 3).random(3),
        op("SparseSoftmaxCrossEntropyWithLogits").random(3, 4).ints(2, 0, 3).only(0),
        op("TopKV2").random(2, 2, 5).integer(3),
        op("Dilation2D")
            .random(1, 4, 4, 2)
            .random(2, 2, 2)
            .with("strides", 1, 1, 1, 1)
            .with("rates", 1, 1, 1, 1)
            .with("padding", "VALID"),
        op("CTCLoss")
            .floats(4, 2, 3)
            .input(matrix(2, 0, 0, 1, 0, 1, 1))
            .ints(0, 1, 0)
            .ints(4, 3)
            .only(0),
        op("MaxPoolWithArgmax")
            .random(1, 4, 4, 2)
            .with("ksize", 1, 2, 2, 1)
            .with("strides", 1, 2, 2, 1)
            .with("padding", "VALID"),
        op("ImageProjectiveTransformV2")
            .random(1, 4, 3, 2)
            .fixedMatrix(8, 1, 0, 1, 0, 1, -1, 0, 0)
            .ints(4, 3)
            .with("interpolation", "NEAREST"),
        op("ExtractImagePatches")
            .random(2, 4, 3, 2)
            .with("ksizes", 1, 2, 2, 1)
            .with("strides", 1, 1, 2, 1)
            .with("rates", 1, 2, 1, 1)
            .with("padding", "SAME"));
  }

  /** What TensorFlow's C++ code does, which other versions of it did wrongly, or not at all. */
  static Stream<Named<NumericGradient>> builtIn() {
    return named(
        op("ClipByValue").random(4).doubles(new long[0], 0.5).doubles(new long[0], 1.5),
        op("Roll").random(3, 4).integer(1).integer(1),
        op("MatrixDiag").random(2, 3),
        op("MatrixBandPart").random(2, 3, 4).integer(1).integer(0),
        op("ReverseV2").random(3, 4).ints(1),
        op("ReverseSequence").random(3, 4).ints(2, 3, 1).with("seq_dim", 1),
        op("GatherNd").random(3, 4).input(intMatrix(2, 0, 1, 2, 3)),
        op("GatherV2").random(3, 4, 2).ints(3, 0, 3).integer(1),
        op("GatherV2")
            .random(2, 4, 2)
            .input(intMatrix(2, 3, 0, 1, 1))
            .integer(1)
            .with("batch_dims", 1),
        op("ScatterNd").input(intMatrix(1, 3, 0)).random(2, 2).ints(4, 2),
        op("StridedSlice").random(3, 4, 2).ints(0, 3).ints(3, 0).ints(2, -1).with("begin_mask", 1),
        op("Tile").random(2, 3).ints(2, 2),
        op("Cumsum").random(3, 4).integer(0).with("exclusive", true),
        op("Erfinv").doubles(new long[] {3}, 0.1, -0.5, 0.8),
        op("Softsign").random(4),
        op("Elu").doubles(new long[] {3}, 0.1, -0.5, 0.8),
        op("Selu").doubles(new long[] {3}, 0.1, -0.5, 0.8),
        op("LeakyRelu").doubles(new long[] {3}, 0.1, -0.5, 0.8),
        op("DepthToSpace").random(1, 2, 2, 4).with("block_size", 2),
        op("SpaceToDepth").random(1, 2, 2, 4).with("block_size", 2),
        op("AvgPool3D")
            .floats(1, 2, 4, 4, 1)
            .with("ksize", 1, 2, 2, 2, 1)
            .with("strides", 1, 1, 2, 2, 1)
            .with("padding", "SAME"),
        op("MaxPool3D")
            .floats(1, 2, 4, 4, 1)
            .with("ksize", 1, 2, 2, 2, 1)
            .with("strides", 1, 1, 2, 2, 1)
            .with("padding", "SAME"),
        op("L2Loss").random(2, 3),
        op("LogSoftmax").random(2, 3),
        op("Softmax").random(2, 3),
        op("SegmentSum").random(3, 2).ints(0, 0, 1),
        op("UnsortedSegmentSum").random(3, 2).ints(1, -1, 1).integer(2),
        op("UnsortedSegmentMax").random(3, 2).ints(1, 0, 1).integer(2),
        op("UnsortedSegmentMin").random(3, 2).ints(1, 0, 1).integer(2),
        op("SelectV2").bools(true, false).random(2).random(),
        op("Einsum").randomList(2, 3, 3).with("equation", "ij,jk->ik"),
        op("BatchMatMulV2").random(2, 2, 3).random(3, 2),
        op("MatMul").random(2, 3).random(3, 2),
        op("Pow").random(2, 3).random(3),
        op("Prod").random(2, 3).ints(1),
        op("Mean").random(2, 3, 2).ints(0, -1),
        op("Max").random(2, 3).ints(1),
        op("Pad").random(2, 3).input(intMatrix(2, 1, 0, 0, 2)),
        op("PadV2").random(2, 3).input(intMatrix(2, 1, 0, 0, 2)).fixedNumber(0.5),
        op("MirrorPad").random(3, 3).input(intMatrix(2, 1, 0, 0, 2)).with("mode", "REFLECT"),
        op("Slice").random(3, 4).ints(1, 0).ints(2, -1),
        op("Split").integer(1).random(3, 4).with("num_split", 2),
        op("SplitV").random(3, 4).ints(1, 3).integer(1).with("num_split", 2),
        op("Pack").randomList(2, 3).with("axis", 1),
        op("Unpack").random(3, 2).with("num", 3),
        op("ConcatV2").randomList(2, 2, 3).alone(1),
        op("Transpose").random(2, 3, 4).ints(2, 0, 1),
        op("ExpandDims").random(2, 3).integer(1),
        op("Squeeze").random(2, 1, 3),
        op("BroadcastTo").random(1, 3).ints(2, 3),
        op("Minimum").random(2, 3).random(3),
        op("SquaredDifference").random(2, 3).random(3),
        op("FloorMod").random(3).random(3),
        op("Atan2").random(3).random(3),
        op("Softplus").random(3),
        op("DivNoNan").random(3).random(3),
        op("Lgamma").random(3),
        op("SpaceToBatchND").random(1, 4, 4, 1).ints(2, 2).input(intMatrix(2, 0, 0, 0, 0)),
        op("ResizeBilinear").floats(1, 3, 3, 1).ints(5, 4),
        op("ResizeBicubic").floats(1, 3, 3, 1).ints(5, 4),
        op("ResizeNearestNeighbor").random(1, 3, 3, 1).ints(5, 4),
        op("ScaleAndTranslate").floats(1, 3, 3, 1).ints(5, 4).fixed(1.5f, 1.2f).fixed(0.1f, 0.2f),
        op("CropAndResize")
            .floats(1, 4, 4, 1)
            .fixedMatrix(4, 0.1f, 0.2f, 0.8f, 0.9f)
            .ints(0)
            .ints(2, 2),
        op("DynamicPartition").random(4, 2).ints(1, 0, 1, 1).with("num_partitions", 2),
        op("LRN").floats(1, 2, 2, 4));
  }

  private static org.tensorflow.proto.AttrValue shape(long... dims) {
    return org.hubbeam.model.Protos.attr(org.hubbeam.batch.Shape.of(dims));
  }

  private static Stream<Named<NumericGradient>> named(NumericGradient... gradients) {
    return Stream.of(gradients).map(g -> Named.of(g.toString(), g));
  }
}
