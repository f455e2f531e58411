// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;

/**
 * The name, dtype, shape and layout of an array: of an input or output of a function, or of a
 * column.
 *
 * @param name the name; nested structures as paths, {@code encoder_outputs/0}
 * @param shape the whole shape, the row dimension included
 */
public record ArraySpec(String name, DType dtype, Shape shape, Layout layout)
    implements Serializable {

  /** A copy with another name. */
  public ArraySpec named(String other) {
    return new ArraySpec(other, dtype, shape, layout);
  }

  /**
   * An array of this specification as a feature: a sparse one of two dimensions as lists, unless
   * its rows have a known width.
   *
   * @throws IllegalStateException when the values of a row are not its first ones
   */
  public Array feature(Array array) {
    return layout == Layout.SPARSE && shape.hasRank() && shape.row().isFull()
        ? array
        : array.lists();
  }

  /** {@code sentences: string [?]}. */
  @Override
  public String toString() {
    return name + ": " + type();
  }

  /** All but the name: {@code string [?]}. */
  public String type() {
    return (layout == Layout.DENSE ? "" : layout.name().toLowerCase(java.util.Locale.ROOT) + " ")
        + dtype
        + " "
        + shape;
  }
}
