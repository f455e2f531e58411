// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.HubModule;
import org.hubbeam.preprocessing.HubModules;
import org.jspecify.annotations.Nullable;

/**
 * Modules: {@code hub("HANDLE", text)}. Arguments of other names than those of the operation are
 * the function's own: a plain value is a python argument, a column the input of that name; then
 * {@code x} is the input of that name, too, and else the only one.
 */
final class HubOps {

  private static final Set<String> OWN =
      Set.of("handle", "x", "function", "output", "tags", "allow_ops", "name");

  private HubOps() {}

  static void register(Operations operations) {
    operations.add(
        "hub",
        "handle, x=None, function=None, output=None, tags=None, allow_ops=None, name=None, ...",
        "Calls a module. Further arguments belong to the function: plain values are its Python"
            + " arguments, columns its inputs by name.",
        HubOps::hub);
  }

  private static Value hub(Arguments a) {
    HubModule module = HubModule.of(a.text("handle")).withHub(HubOptions.fromEnvironment());
    if (a.has("function")) {
      module = module.withFunction(FunctionChoice.of(a.text("function")));
    }
    if (a.has("output")) {
      module = module.withOutput(a.text("output"));
    }
    if (a.has("tags")) {
      module = module.withTags(new TreeSet<>(a.texts("tags")));
    }
    if (a.has("allow_ops")) {
      module = module.withAllowOps(new TreeSet<>(a.texts("allow_ops")));
    }
    Map<String, Column> columns = new TreeMap<>();
    for (String name : a.names()) {
      if (!OWN.contains(name)) {
        if (a.expression(name) instanceof Expression.Plain plain) {
          module = module.withArgument(name, python(plain));
        } else {
          columns.put(name, a.column(name));
        }
      }
    }
    if (columns.isEmpty()) {
      return Value.of(HubModules.apply(module, a.column("x")));
    }
    if (a.has("x")) {
      columns.put("x", a.column("x"));
    }
    return Value.of(HubModules.output(module, columns));
  }

  private static @Nullable Object python(Expression.Plain plain) {
    return plain.value() instanceof BigInteger number
        ? (Object) number.longValueExact()
        : plain.value();
  }
}
