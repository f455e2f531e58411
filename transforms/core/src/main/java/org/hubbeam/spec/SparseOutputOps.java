// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.SparseOutputs;

/** Sparse features: values with their positions in rows of a fixed shape. */
final class SparseOutputOps {

  private SparseOutputOps() {}

  static void register(Operations operations) {
    operations.add(
        "annotate_sparse_output_shape",
        "tensor, shape",
        "Gives the rows of a column of lists a shape, such as `[100]`; it is still stored as"
            + " lists.",
        a ->
            Value.of(
                SparseOutputs.annotateSparseOutputShape(a.column("tensor"), a.wholes("shape"))));
    operations.add(
        "annotate_true_sparse_output",
        "tensor",
        "Stores a column whose rows have a shape as a sparse feature, with the positions of its"
            + " values.",
        a -> Value.of(SparseOutputs.annotateTrueSparseOutput(a.column("tensor"))));
    operations.add(
        "sparse_one_hot",
        "x, depth, weights=None",
        "Makes a sparse feature of the integers of each row, with 1, or the sum of `weights`, at"
            + " their positions; integers out of range are left out.",
        SparseOutputOps::oneHot);
  }

  private static Value oneHot(Arguments a) {
    Column x = a.column("x");
    int depth = a.small("depth");
    return Value.of(
        a.has("weights")
            ? SparseOutputs.sparseOneHot(x, depth, a.column("weights"))
            : SparseOutputs.sparseOneHot(x, depth));
  }
}
