// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an expression can call.
 *
 * @param name in expressions
 * @param parameters in the order that arguments without a name take
 * @param description what it does, in one sentence for {@code docs/operations.md}
 * @param body adds it to a graph
 */
record Operation(String name, List<Parameter> parameters, String description, Body body) {

  private static final String DEFAULT = "default_value";

  public Operation {
    parameters = List.copyOf(parameters);
  }

  /**
   * A parameter.
   *
   * @param otherwise the default as text; empty if the argument is required
   */
  record Parameter(String name, Need need, String otherwise) {

    /** Stands for arguments of any other name. */
    static final Parameter OTHERS = new Parameter("...", Need.OTHERS, "");

    @Override
    public String toString() {
      return need == Need.OPTIONAL ? name + "=" + otherwise : name;
    }
  }

  /** Whether it must be given. */
  enum Need {
    REQUIRED,
    OPTIONAL,
    OTHERS
  }

  /** What an operation does. */
  @FunctionalInterface
  interface Body {
    /** Adds the operation to the graph. */
    Value apply(Arguments arguments);
  }

  /**
   * An operation.
   *
   * @param signature its parameters, {@code x, key, elementwise=False}, with defaults as they are
   *     written in expressions; {@code ...} where there may be others, by name
   */
  static Operation parse(String name, String signature, String description, Body body) {
    return new Operation(
        name,
        Arrays.stream(signature.split(", ", -1)).map(Operation::parameter).toList(),
        description,
        body);
  }

  private static Parameter parameter(String text) {
    if (text.equals(Parameter.OTHERS.name())) {
      return Parameter.OTHERS;
    }
    int equals = text.indexOf('=');
    return equals < 0
        ? new Parameter(text, Need.REQUIRED, "")
        : new Parameter(text.substring(0, equals), Need.OPTIONAL, text.substring(equals + 1));
  }

  /** The default of a parameter; empty if there is none, or it is {@code None}. */
  Optional<Expression> defaultOf(String parameter) {
    return parameters.stream()
        .filter(p -> p.name().equals(parameter) && !p.otherwise().isEmpty())
        .map(p -> ExpressionText.parse(p.otherwise()))
        .filter(value -> !(value instanceof Expression.Plain plain && plain.value() == null))
        .findFirst();
  }

  /** The arguments of a call by their names. */
  Map<String, Expression> bind(Expression.Call call) {
    Map<String, Expression> bound = new LinkedHashMap<>();
    boolean open = parameters.contains(Parameter.OTHERS);
    int positional = parameters.size() - (open ? 1 : 0);
    for (int i = 0; i < call.arguments().size(); i++) {
      Expression.Argument argument = call.arguments().get(i);
      if (argument.name() == null && i >= positional) {
        throw argument.value().location().error("too many arguments for " + this);
      }
      String parameter = argument.name() == null ? parameters.get(i).name() : full(argument.name());
      if (!open && parameters.stream().noneMatch(p -> p.name().equals(parameter))) {
        throw argument
            .value()
            .location()
            .error("there is no argument '" + parameter + "' in " + this);
      }
      if (bound.put(parameter, argument.value()) != null) {
        throw argument.value().location().error("'" + parameter + "' is given twice");
      }
    }
    for (Parameter parameter : parameters) {
      if (parameter.need() == Need.REQUIRED && !bound.containsKey(parameter.name())) {
        throw call.location().error("'" + parameter.name() + "' is missing in " + this);
      }
    }
    return bound;
  }

  /** The name of a parameter; {@code default} is short for {@code default_value}. */
  private String full(String given) {
    boolean isShort =
        given.equals("default") && parameters.stream().anyMatch(p -> p.name().equals(DEFAULT));
    return isShort ? DEFAULT : given;
  }

  /** The signature: {@code bucketize(x, num_buckets, epsilon=None)}. */
  @Override
  public String toString() {
    return name
        + parameters.stream().map(Parameter::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
