// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Columns;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;

/**
 * A preprocessing function of expressions.
 *
 * @param named shared expressions; each may use those before it
 * @param analyzers expressions that are computed for what they leave behind, such as a vocabulary,
 *     and reported unless they are columns
 * @param outputs the features
 */
record ExpressionFunction(
    Map<String, Expression> named,
    Map<String, Expression> analyzers,
    Map<String, Expression> outputs)
    implements PreprocessingFunction {
  public ExpressionFunction {
    named = copy(named);
    analyzers = copy(analyzers);
    outputs = copy(outputs);
  }

  private static Map<String, Expression> copy(Map<String, Expression> expressions) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(expressions));
  }

  @Override
  public Map<String, Column> apply(Columns inputs) {
    Interpreter interpreter = new Interpreter(inputs);
    named.forEach(interpreter::let);
    analyzers.forEach((name, expression) -> report(inputs, name, interpreter.evaluate(expression)));
    Map<String, Column> columns = new LinkedHashMap<>();
    outputs.forEach((name, expression) -> columns.put(name, column(interpreter, name, expression)));
    return columns;
  }

  private static void report(Columns inputs, String name, Value value) {
    if (value instanceof Value.Whole whole) {
      inputs.report(name, whole.statistic());
    } else if (value instanceof Value.File file && file.file().isAnalyzed()) {
      inputs.report(name, file.file());
    } else if (value instanceof Value.Parts parts) {
      for (int i = 0; i < parts.parts().size(); i++) {
        report(inputs, name + "." + i, parts.parts().get(i));
      }
    }
  }

  static Column column(Interpreter interpreter, String name, Expression expression) {
    Value value = interpreter.evaluate(expression);
    if (value instanceof Value.Rows rows) {
      try {
        Preprocessor.check(name, rows.column());
      } catch (IllegalArgumentException e) {
        throw expression.location().error(String.valueOf(e.getMessage()), e);
      }
      return rows.column();
    }
    throw expression
        .location()
        .error(
            "the output '"
                + name
                + "' must be a column; found "
                + value.describe()
                + (value instanceof Value.Whole
                    ? "; broadcast(" + MixedTypes.shown(expression) + ") gives it to every row"
                    : ""));
  }
}
