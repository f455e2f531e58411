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
    List<Member> members =
        members(definition, ModuleInfo.Callable.Kind.MEMBER).stream()
            .filter(m -> !m.name().contains("."))
            .toList();
    return single(signatures)
        .or(() -> named(signatures, "default"))
        .or(() -> named(signatures, "serving_default"))
        .or(() -> named(members, "__call__"))
        .or(() -> signatures.isEmpty() ? single(members) : Optional.empty())
        .orElseThrow(() -> ambiguous(definition));
  }

  private static Optional<Member> single(List<Member> members) {
    return members.size() == 1 ? Optional.of(members.get(0)) : Optional.empty();
  }

  private static Optional<Member> named(List<Member> members, String name) {
    return members.stream().filter(m -> m.name().equals(name)).findFirst();
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
      Optional<Member> member = named(members(definition, kind), name);
      if (member.isPresent()) {
        return member.get();
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
