// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GradientDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RegisteredGradient;

/**
 * The functions of a library under other names, so that they can stand beside those of another
 * library: wherever one is named, in its own definition, by nodes, by attributes of nodes, as a
 * gradient. Names of resources that are shared go the same way; pins to devices are dropped.
 */
final class FunctionNames {

  private static final String SHARED_NAME = "shared_name";

  private final String prefix;
  private final FunctionDefLibrary library;
  private final Map<String, FunctionDef> functions;
  private final Set<String> gradientOps = new HashSet<>();
  private final Map<String, FunctionDef> renamed = new HashMap<>();

  FunctionNames(String prefix, FunctionDefLibrary library, Map<String, FunctionDef> functions) {
    this.prefix = prefix;
    this.library = library;
    this.functions = functions;
    library.getRegisteredGradientsList().forEach(g -> gradientOps.add(g.getRegisteredOpType()));
  }

  /** A function of the library under its new name. */
  FunctionDef function(String name) {
    return renamed.computeIfAbsent(name, n -> renamed(Objects.requireNonNull(functions.get(n))));
  }

  /** These functions and all that they need, with their gradients. */
  FunctionDefLibrary reached(Collection<String> names) {
    Map<String, String> gradients = new HashMap<>();
    library.getGradientList().forEach(g -> gradients.put(g.getFunctionName(), g.getGradientFunc()));
    Map<String, String> registered = new HashMap<>();
    library
        .getRegisteredGradientsList()
        .forEach(g -> registered.put(g.getRegisteredOpType(), g.getGradientFunc()));
    Set<String> all = new LinkedHashSet<>();
    Set<String> roots = new LinkedHashSet<>(names);
    while (all.addAll(FunctionCalls.reached(roots, functions))) {
      for (String name : all) {
        roots.add(gradients.getOrDefault(name, name));
        Objects.requireNonNull(functions.get(name))
            .getNodeDefList()
            .forEach(n -> addGradient(n, registered, roots));
      }
    }
    FunctionDefLibrary.Builder out = FunctionDefLibrary.newBuilder();
    all.stream().sorted().forEach(n -> out.addFunction(function(n)));
    for (GradientDef gradient : library.getGradientList()) {
      if (all.contains(gradient.getFunctionName())) {
        out.addGradient(
            GradientDef.newBuilder()
                .setFunctionName(prefix + gradient.getFunctionName())
                .setGradientFunc(prefix + gradient.getGradientFunc()));
      }
    }
    for (RegisteredGradient gradient : library.getRegisteredGradientsList()) {
      if (all.contains(gradient.getGradientFunc())) {
        out.addRegisteredGradients(
            RegisteredGradient.newBuilder()
                .setGradientFunc(prefix + gradient.getGradientFunc())
                .setRegisteredOpType(prefix + gradient.getRegisteredOpType()));
      }
    }
    return out.build();
  }

  private static void addGradient(NodeDef node, Map<String, String> registered, Set<String> roots) {
    String op =
        node.getAttrOrDefault("_gradient_op_type", AttrValue.getDefaultInstance())
            .getS()
            .toStringUtf8();
    if (registered.containsKey(op)) {
      roots.add(registered.get(op));
    }
  }

  private FunctionDef renamed(FunctionDef function) {
    String name = prefix + function.getSignature().getName();
    FunctionDef.Builder out = function.toBuilder().clearNodeDef().clearAttr();
    out.getSignatureBuilder().setName(name);
    function.getAttrMap().forEach((k, v) -> out.putAttr(k, renamed(v)));
    function.getNodeDefList().forEach(n -> out.addNodeDef(node(n, name)));
    return out.build();
  }

  /**
   * A node that calls functions of the library by their new names.
   *
   * @param function the function it is in
   */
  NodeDef node(NodeDef node, String function) {
    NodeDef.Builder out = node.toBuilder().clearDevice();
    if (functions.containsKey(node.getOp())) {
      out.setOp(prefix + node.getOp());
    }
    node.getAttrMap().forEach((k, v) -> out.putAttr(k, renamed(v)));
    if (node.containsAttr(SHARED_NAME)) {
      String shared = node.getAttrOrThrow(SHARED_NAME).getS().toStringUtf8();
      out.putAttr(
          SHARED_NAME,
          Protos.attr(shared.isEmpty() ? function + "/" + node.getName() : prefix + shared));
    }
    return out.build();
  }

  private AttrValue renamed(AttrValue value) {
    return switch (value.getValueCase()) {
      case FUNC -> value.toBuilder().setFunc(renamed(value.getFunc())).build();
      case S -> {
        String text = value.getS().toStringUtf8();
        yield functions.containsKey(text) || gradientOps.contains(text)
            ? value.toBuilder().setS(ByteString.copyFromUtf8(prefix + text)).build()
            : value;
      }
      case LIST -> {
        AttrValue.Builder out = value.toBuilder();
        for (int i = 0; i < value.getList().getFuncCount(); i++) {
          out.getListBuilder().setFunc(i, renamed(value.getList().getFunc(i)));
        }
        yield out.build();
      }
      default -> value;
    };
  }

  private NameAttrList renamed(NameAttrList function) {
    NameAttrList.Builder out = NameAttrList.newBuilder();
    out.setName(
        functions.containsKey(function.getName())
            ? prefix + function.getName()
            : function.getName());
    function.getAttrMap().forEach((k, v) -> out.putAttr(k, renamed(v)));
    return out.build();
  }
}
