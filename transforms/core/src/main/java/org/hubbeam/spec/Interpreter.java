// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.hubbeam.batch.DType;
import org.hubbeam.hub.HubException;
import org.hubbeam.model.ModuleException;
import org.hubbeam.preprocessing.Columns;
import org.tensorflow.Operand;

/** Expressions turned into operations of a graph. For one trace. */
final class Interpreter {

  private final Columns columns;
  private final Map<String, Value> named = new LinkedHashMap<>();

  Interpreter(Columns columns) {
    this.columns = columns;
  }

  /** The raw columns. */
  Columns columns() {
    return columns;
  }

  /** Gives a value a name, for the expressions that follow. */
  void let(String name, Expression expression) {
    named.put(name, evaluate(expression));
  }

  /**
   * Adds what an expression says to the graph.
   *
   * @throws SpecException pointing at what cannot be
   */
  Value evaluate(Expression expression) {
    if (expression instanceof Expression.Call call) {
      return call(call);
    }
    if (expression instanceof Expression.Column column) {
      return column(column.name(), column.location());
    }
    if (expression instanceof Expression.Ref ref) {
      return ref(ref);
    }
    if (expression instanceof Expression.Name name) {
      return named.containsKey(name.name())
          ? named.get(name.name())
          : column(name.name(), name.location());
    }
    if (expression instanceof Expression.Const constant) {
      return constant(constant.value(), constant.dtype());
    }
    throw expression.location().error("expected a column or an operation, found " + expression);
  }

  /** A constant. */
  Value constant(Expression value, DType dtype) {
    return whole(ConstantArrays.build(columns.tf(), value, dtype));
  }

  /** An operand that is the same for every row. */
  Value whole(Operand<?> operand) {
    return Value.of(columns.statistic(operand));
  }

  private Value column(String name, SourceLocation location) {
    if (columns.names().contains(name)) {
      return Value.of(columns.get(name));
    }
    throw location.error(
        "there is no column '"
            + name
            + "'; there are "
            + columns.names()
            + (named.isEmpty() ? "" : " and, named before, " + named.keySet()));
  }

  private Value ref(Expression.Ref ref) {
    if (named.containsKey(ref.name())) {
      return named.get(ref.name());
    }
    throw ref.location()
        .error("nothing was named '" + ref.name() + "' before; there are " + named.keySet());
  }

  private Value call(Expression.Call call) {
    Operation operation = Operations.ALL.get(call.op());
    if (operation == null) {
      throw call.location()
          .error(
              "there is no operation '"
                  + call.op()
                  + "'; there are "
                  + new TreeSet<>(Operations.ALL.keySet()));
    }
    Arguments arguments = new Arguments(this, call, operation);
    try {
      return operation.body().apply(arguments);
    } catch (SpecException e) {
      throw e;
    } catch (IllegalArgumentException
        | UnsupportedOperationException
        | ModuleException
        | HubException e) {
      throw call.location().error(call.op() + ": " + e.getMessage(), e);
    }
  }
}
