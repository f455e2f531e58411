// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.Set;
import java.util.regex.Pattern;
import org.hubbeam.model.Inlining;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.NodeDef;

/** Which operations have a gradient here: TensorFlow's own in C++, and those of this package. */
final class OpGradients {

  /** TensorFlow's gradients would abort the process over these. */
  private static final Set<String> FRAMES =
      Set.of(
          "Enter",
          "Exit",
          "Switch",
          "Merge",
          "NextIteration",
          "LoopCond",
          "RefEnter",
          "RefExit",
          "RefSwitch",
          "RefMerge",
          "RefNextIteration");

  /** What TensorFlow has, but only for calls that are made without captured variables. */
  private static final Set<String> CALLS =
      Set.of("PartitionedCall", "StatefulPartitionedCall", "SymbolicGradient");

  /** Operations whose result does not change, or jumps, where their inputs change a little. */
  private static final Pattern FLAT =
      Pattern.compile(
          "ApproximateEqual|ArgMax|ArgMin|AsString|Assert|Assign.*|AudioMicrofrontend"
              + "|Bitwise.*|BroadcastGradientArgs|Ceil"
              + "|ConcatOffset|Const|CTC.*Decoder|Decode.*|DrawBoundingBoxes.*"
              + "|Dense(To|ToDense|ToSparse)SetOperation|EditDistance|Encode.*|Equal|EmptyTensorList"
              + "|ExtractGlimpse|Floor|FloorDiv|GenerateBoundingBoxProposals|Greater(Equal)?"
              + "|IsFinite|IsInf|IsNan|InTopK(V2)?|InvertPermutation|Less(Equal)?"
              + "|LinSpace|Logical.*|LookupTable.*|Multinomial|NonMaxSuppression.*"
              + "|NotEqual|OneHot|OnesLike|ParseTensor|Placeholder(V2)?"
              + "|Random(Crop|IndexShuffle|Normal|StandardNormal|Uniform|UniformInt)"
              + "|ParameterizedTruncatedNormal|RaggedRange|Range|Rank|Rint|Round"
              + "|SampleDistortedBoundingBox.*|SerializeTensor"
              + "|SetSize|Shape|ShapeN|Sign|Size|StatelessRandom(Binomial|GetAlg|GetKeyCounter.*"
              + "|Normal.*|Poisson|Shuffle|Uniform.*)|StatelessMultinomial|StatelessTruncatedNormal.*"
              + "|StatelessSampleDistortedBoundingBox|StopGradient|String.*|TensorListElementShape"
              + "|TensorListLength|TensorListReserve|Timestamp|TruncatedNormal|TruncateDiv"
              + "|VariableShape|VarIsInitializedOp|Where|ZerosLike|.*Summary(V2)?");

  private OpGradients() {}

  /** Whether the results of an operation do not change smoothly with anything. */
  static boolean isFlat(String op) {
    return FLAT.matcher(op).matches();
  }

  /** Whether a node's gradient is known. */
  static boolean has(NodeDef node) {
    return reason(node).isEmpty();
  }

  /** Why a node's gradient is not known; empty where it is. */
  static String reason(NodeDef node) {
    String op = node.getOp();
    if (Inlining.hasCustomGradient(node)) {
      return op + " has a gradient of its own, which its module does not hold";
    }
    RegisteredGradients.register();
    return !FRAMES.contains(op) && !CALLS.contains(op) && tensorflow.TFJ_HasGradient(op)
        ? ""
        : op + " has no gradient";
  }
}
