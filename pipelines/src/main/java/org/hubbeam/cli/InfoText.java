// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Printable;
import org.hubbeam.gradients.Trainability;
import org.hubbeam.hub.Hub;
import org.hubbeam.model.ModuleInfo;
import org.hubbeam.tfjs.ModuleReadiness;

/** The contents of a module, as text and as JSON. */
final class InfoText {

  private static final int SHOWN = 20;

  private InfoText() {}

  /** As text, with the number of ops, and the missing and unsafe ones. */
  static String plain(
      Hub.Resolved from,
      ModuleInfo info,
      Map<String, Trainability> trainability,
      ModuleReadiness readiness) {
    StringBuilder text = new StringBuilder();
    line(text, "module", from.handle());
    line(text, "folder", info.folder().toString());
    if (!from.url().isEmpty()) {
      line(text, "from", from.url());
    }
    line(text, "format", info.format());
    line(text, "tags", tags(info.tags()) + others(info));
    line(text, "size", Formatting.bytes(info.bytes()));
    callables(text, "signatures", info.signatures(), trainability);
    callables(text, "members", info.members(), trainability);
    list(text, "variables", info.variables().stream().map(ArraySpec::toString).toList());
    list(text, "assets", info.assets());
    line(text, "ops", Integer.toString(info.ops().size()));
    list(text, "missing ops", List.copyOf(info.missingOps()));
    list(text, "unsafe ops", info.unsafeOps().stream().map(ModuleInfo.UnsafeOp::toString).toList());
    line(text, "browser", readiness.toString());
    return text.toString();
  }

  /** As text, with all ops. */
  static String withOps(
      Hub.Resolved from,
      ModuleInfo info,
      Map<String, Trainability> trainability,
      ModuleReadiness readiness) {
    return plain(from, info, trainability, readiness)
        + "all ops: "
        + Printable.line(String.join(", ", info.ops()))
        + "\n";
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("%-12s %s%n", name, Printable.line(value)));
  }

  private static String tags(Set<String> tags) {
    return tags.isEmpty() ? "(none)" : String.join(", ", tags);
  }

  private static String others(ModuleInfo info) {
    List<String> others =
        info.tagSets().stream()
            .filter(set -> !set.equals(info.tags()))
            .map(InfoText::tags)
            .toList();
    return others.isEmpty() ? "" : "; other tag sets: " + String.join(" | ", others);
  }

  /** Each graph of each function, and after the last one what of the function can be trained. */
  private static void callables(
      StringBuilder text,
      String title,
      List<ModuleInfo.Callable> callables,
      Map<String, Trainability> trainability) {
    List<String> lines = new ArrayList<>();
    for (ModuleInfo.Callable callable : callables) {
      callable.variants().forEach(variant -> lines.add(line(callable.name() + variant)));
      Trainability trained = trainability.get(callable.name());
      if (trained != null) {
        int last = lines.size() - 1;
        lines.set(last, lines.get(last) + "    " + Printable.line(trained.toString()) + "\n");
      }
    }
    lines(text, title, lines);
  }

  private static String line(String value) {
    return "  " + Printable.line(value) + "\n";
  }

  private static void list(StringBuilder text, String title, List<String> values) {
    lines(text, title, values.stream().map(InfoText::line).toList());
  }

  private static void lines(StringBuilder text, String title, List<String> lines) {
    line(text, title, lines.isEmpty() ? "none" : Integer.toString(lines.size()));
    lines.stream().limit(SHOWN).forEach(text::append);
    if (lines.size() > SHOWN) {
      text.append("  and ").append(lines.size() - SHOWN).append(" more: see --json\n");
    }
  }

  /** As JSON, with all details. */
  static String json(Hub.Resolved from, ModuleInfo info, Map<String, Trainability> trainability) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("handle", from.handle());
    root.put("folder", info.folder().toString());
    root.put("url", from.url());
    root.put("format", info.format());
    strings(root.putArray("tags"), info.tags());
    ArrayNode sets = root.putArray("tag_sets");
    info.tagSets().forEach(set -> strings(sets.addArray(), set));
    root.put("bytes", info.bytes());
    info.signatures().forEach(c -> callable(root.withObject("/signatures"), c));
    info.members().forEach(c -> callable(root.withObject("/members"), c));
    ObjectNode trainable = root.putObject("trainable");
    trainability.forEach(
        (function, trained) ->
            trainable
                .putObject(function)
                .put("trainable", trained.trainable())
                .put("variables", trained.variables())
                .put("obstacle", trained.obstacle()));
    info.variables().forEach(v -> root.withArray("/variables").add(spec(v)));
    strings(root.putArray("assets"), info.assets());
    strings(root.putArray("ops"), info.ops());
    strings(root.putArray("missing_ops"), info.missingOps());
    strings(
        root.putArray("unsafe_ops"),
        info.unsafeOps().stream().map(ModuleInfo.UnsafeOp::name).distinct().sorted().toList());
    ArrayNode places = root.putArray("unsafe_op_places");
    info.unsafeOps()
        .forEach(
            u ->
                places
                    .addObject()
                    .put("name", u.name())
                    .put("place", u.place())
                    .put("does", u.does()));
    return root.toPrettyString();
  }

  private static void strings(ArrayNode array, Collection<String> values) {
    values.forEach(array::add);
  }

  private static void callable(ObjectNode parent, ModuleInfo.Callable callable) {
    ArrayNode variants = parent.putArray(callable.name());
    for (ModuleInfo.Variant variant : callable.variants()) {
      ObjectNode node = variants.addObject();
      variant.inputs().forEach(input -> node.withArray("/inputs").add(spec(input)));
      for (Map.Entry<String, Object> argument : variant.arguments().entrySet()) {
        node.withObject("/arguments").putPOJO(argument.getKey(), argument.getValue());
      }
      variant.outputs().forEach(output -> node.withArray("/outputs").add(spec(output)));
    }
  }

  private static ObjectNode spec(ArraySpec spec) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", spec.name());
    node.put("dtype", spec.dtype().toString());
    if (spec.shape().hasRank()) {
      ArrayNode shape = node.putArray("shape");
      spec.shape().dims().forEach(dim -> shape.add(dim < 0 ? null : dim));
    } else {
      node.putNull("shape");
    }
    node.put("layout", spec.layout().name().toLowerCase(java.util.Locale.ROOT));
    return node;
  }
}
