// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Suggestions;
import org.hubbeam.hub.HubException;
import org.hubbeam.model.ModuleException;
import org.hubbeam.preprocessing.Columns;
import org.tensorflow.Operand;

/** Expressions turned into operations of a graph. For one trace. */
final class Interpreter {

  /** How many names are listed at most. */
  private static final int FEW = 12;

  private static final int MOST_OPERATIONS = 20_000;

  private final Columns columns;
  private final Map<String, Value> named = new LinkedHashMap<>();
  private int operations;

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
      return name(name);
    }
    if (expression instanceof Expression.Subscript subscript) {
      return Subscripts.take(this, subscript, evaluate(subscript.of()));
    }
    if (expression instanceof Expression.Const constant) {
      return constant(constant.value(), constant.dtype());
    }
    throw expression
        .location()
        .error(
            "expected a column or an operation, found "
                + expression
                + (ConstantArrays.isPlain(expression)
                    ? "; broadcast(" + MixedTypes.shown(expression) + ") gives it to every row"
                    : ""));
  }

  /** A constant. */
  Value constant(Expression value, DType dtype) {
    return whole(ConstantArrays.build(columns.tf(), value, dtype));
  }

  /** An operand that is the same for every row. */
  Value whole(Operand<?> operand) {
    return Value.of(columns.statistic(operand));
  }

  private Value name(Expression.Name name) {
    Value value = named.get(name.name());
    if (value != null) {
      return value;
    }
    List<List<String>> ways =
        columns.names().contains(name.name())
            ? List.of()
            : Differences.of(name.name(), this::isKnown);
    if (ways.size() > 1) {
      throw name.location().error(Differences.ambiguous(name.name(), ways));
    }
    return ways.isEmpty()
        ? column(name.name(), name.location())
        : evaluate(
            ExpressionText.parse(
                String.join(" - ", ways.get(0)),
                KnownNames.of(known()),
                offset -> name.location()));
  }

  private boolean isKnown(String name) {
    return named.containsKey(name) || columns.names().contains(name);
  }

  private List<String> known() {
    List<String> known = new ArrayList<>(named.keySet());
    known.addAll(columns.names());
    return known;
  }

  private Value column(String name, SourceLocation location) {
    if (columns.names().contains(name)) {
      return Value.of(columns.get(name));
    }
    String meant = Suggestions.didYouMean(name, known());
    String difference =
        Arrays.stream(name.split("-", -1)).anyMatch(this::isKnown)
            ? "; to subtract, write " + name.replace("-", " - ")
            : "";
    throw location.error(
        "there is no column '"
            + name
            + "'"
            + (meant.isEmpty() && difference.isEmpty() ? all(known()) : difference + meant));
  }

  private static String all(List<String> known) {
    return known.size() <= FEW
        ? "; there are " + known
        : "; there are " + known.size() + ", such as " + String.join(", ", known.subList(0, FEW));
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
          .error("there is no operation '" + call.op() + "'" + Operations.meant(call.op()));
    }
    operations++;
    if (operations > MOST_OPERATIONS) {
      throw call.location().error("a function has at most " + MOST_OPERATIONS + " operations");
    }
    Arguments arguments = new Arguments(this, call, operation);
    try {
      return operation.body().apply(arguments);
    } catch (SpecException e) {
      throw e;
    } catch (IllegalArgumentException
        | ArithmeticException
        | UnsupportedOperationException
        | ModuleException
        | HubException e) {
      throw call.location()
          .error(call.written() + ": " + TypeErrors.explain(String.valueOf(e.getMessage())), e);
    }
  }
}
