// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.ArrayOperand;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;

/** The raw columns that a trained module takes. */
final class RawColumns {

  private final Map<String, ArraySpec> columns = new LinkedHashMap<>();
  private String argument = "";

  /**
   * Notes what a column must be.
   *
   * @throws IllegalArgumentException when it would have to be something else, too
   */
  void add(String column, ArraySpec spec) {
    columns.merge(column, spec.named(column), RawColumns::both);
  }

  /** Notes that a column must be numbers: float32 [n], where nothing else is known. */
  void addNumbers(String column) {
    columns.putIfAbsent(column, new ArraySpec(column, DType.FLOAT32, Shape.of(-1), Layout.DENSE));
  }

  /**
   * What the written functions take: the only column, or a dict of columns.
   *
   * @param dict the name of the argument that takes a dict
   * @throws IllegalArgumentException when there are no columns
   */
  FunctionInputs inputs(String dict) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("the features take no column");
    }
    List<ArraySpec> specs = List.copyOf(columns.values());
    if (specs.size() == 1) {
      String plain = specs.get(0).name().replaceAll("[^A-Za-z0-9_]", "_");
      boolean usable = plain.matches("[A-Za-z_].*") && !plain.equals("training");
      argument = usable ? plain : "_" + plain;
      return FunctionInputs.of(specs.get(0).named(argument));
    }
    argument = dict;
    return FunctionInputs.dict(dict, specs);
  }

  /** A column in a function that takes {@link #inputs}. */
  ArrayOperand in(FunctionScope f, String column) {
    return f.array(columns.size() == 1 ? argument : FunctionInputs.inDict(argument, column));
  }

  /** Any column. */
  ArrayOperand anyIn(FunctionScope f) {
    return in(f, columns.keySet().iterator().next());
  }

  private static ArraySpec both(ArraySpec one, ArraySpec other) {
    Shape shape = one.shape();
    boolean fits = one.dtype() == other.dtype() && one.layout() == other.layout();
    if (fits && shape.hasRank() && other.shape().hasRank()) {
      fits = shape.rank() == other.shape().rank();
      List<Long> dims = new ArrayList<>();
      for (int i = 0; fits && i < shape.rank(); i++) {
        dims.add(Math.max(shape.dim(i), other.shape().dim(i)));
      }
      shape = new Shape(dims);
      fits = fits && one.shape().admits(dims) && other.shape().admits(dims);
    } else if (!shape.hasRank()) {
      shape = other.shape();
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "the column '"
              + one.name()
              + "' would have to be "
              + one.type()
              + " and "
              + other.type()
              + " at the same time");
    }
    return new ArraySpec(one.name(), one.dtype(), shape, one.layout());
  }
}
