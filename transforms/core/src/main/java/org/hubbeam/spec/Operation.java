package org.hubbeam.spec;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an expression can call.
 *
 * @param name in expressions
 * @param parameters in the order that arguments without a name take
 * @param body what it does
 */
record Operation(String name, List<Parameter> parameters, Body body) {
  public Operation {
    parameters = List.copyOf(parameters);
  }

  /** What can be given. */
  record Parameter(String name, Need need) {

    /** Stands for arguments of any other name. */
    static final Parameter OTHERS = new Parameter("...", Need.OTHERS);

    @Override
    public String toString() {
      return need == Need.OPTIONAL ? name + "=" : name;
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
   * @param signature its parameters, {@code x, key, elementwise?}; a question mark where one may be
   *     left out; {@code ...} where there may be others, by name
   */
  static Operation of(String name, String signature, Body body) {
    return new Operation(
        name, Arrays.stream(signature.split(", ", -1)).map(Operation::parameter).toList(), body);
  }

  private static Parameter parameter(String text) {
    if (text.equals(Parameter.OTHERS.name())) {
      return Parameter.OTHERS;
    }
    return text.endsWith("?")
        ? new Parameter(text.substring(0, text.length() - 1), Need.OPTIONAL)
        : new Parameter(text, Need.REQUIRED);
  }

  /** The arguments of a call by their names. */
  Map<String, Expression> bind(Expression.Call call) {
    Map<String, Expression> bound = new LinkedHashMap<>();
    boolean open = parameters.contains(Parameter.OTHERS);
    int positional = parameters.size() - (open ? 1 : 0);
    for (int i = 0; i < call.arguments().size(); i++) {
      Expression.Argument argument = call.arguments().get(i);
      if (argument.name() == null && i >= positional) {
        throw argument.value().place().error("too many arguments for " + this);
      }
      String parameter = argument.name() == null ? parameters.get(i).name() : argument.name();
      if (!open && parameters.stream().noneMatch(p -> p.name().equals(parameter))) {
        throw argument.value().place().error("there is no argument '" + parameter + "' in " + this);
      }
      if (bound.put(parameter, argument.value()) != null) {
        throw argument.value().place().error("'" + parameter + "' is given twice");
      }
    }
    for (Parameter parameter : parameters) {
      if (parameter.need() == Need.REQUIRED && !bound.containsKey(parameter.name())) {
        throw call.place().error("'" + parameter.name() + "' is missing in " + this);
      }
    }
    return bound;
  }

  /** {@code bucketize(x, num_buckets, epsilon=)}. */
  @Override
  public String toString() {
    return name
        + parameters.stream().map(Parameter::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
