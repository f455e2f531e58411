// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import java.util.Optional;

/** Finds the function that is meant by a choice. */
final class FunctionFinder {

  private FunctionFinder() {}

  static Member find(ModuleDefinition definition, FunctionChoice choice) {
    return choice.name() == null ? only(definition) : named(definition, choice.name());
  }

  private static Member only(ModuleDefinition definition) {
    List<Member> signatures = members(definition, ModuleInfo.Callable.Kind.SIGNATURE);
    if (signatures.size() == 1) {
      return signatures.get(0);
    }
    if (!signatures.isEmpty()) {
      return signatures.stream()
          .filter(m -> m.name().equals("default"))
          .findFirst()
          .orElseThrow(() -> ambiguous(definition));
    }
    List<Member> members =
        members(definition, ModuleInfo.Callable.Kind.MEMBER).stream()
            .filter(m -> !m.name().contains("."))
            .toList();
    Optional<Member> call = members.stream().filter(m -> m.name().equals("__call__")).findFirst();
    if (call.isPresent()) {
      return call.get();
    }
    if (members.size() == 1) {
      return members.get(0);
    }
    throw ambiguous(definition);
  }

  private static ModuleException ambiguous(ModuleDefinition definition) {
    return new ModuleException(
        ModuleException.Kind.MISUSED,
        definition.members().isEmpty()
            ? "the module has no function to call"
            : "the module has several functions; choose one with --function=NAME:"
                + Module.describe(definition.members()));
  }

  private static Member named(ModuleDefinition definition, String name) {
    for (ModuleInfo.Callable.Kind kind : ModuleInfo.Callable.Kind.values()) {
      for (Member member : members(definition, kind)) {
        if (member.name().equals(name)) {
          return member;
        }
      }
    }
    // The same function under another of its paths.
    if (definition.callsObjects()) {
      Optional<Integer> node = definition.objects().find(name);
      for (Member member : definition.members()) {
        if (node.isPresent() && member.node() == node.get()) {
          return member;
        }
      }
    }
    throw new ModuleException(
        ModuleException.Kind.MISUSED,
        "the module has no function '"
            + name
            + "'; there are:"
            + Module.describe(definition.members()));
  }

  private static List<Member> members(ModuleDefinition definition, ModuleInfo.Callable.Kind kind) {
    return definition.members().stream().filter(m -> m.kind() == kind).toList();
  }
}
