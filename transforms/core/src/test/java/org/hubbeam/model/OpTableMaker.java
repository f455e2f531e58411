// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hubbeam.testing.TestFiles;
import org.tensorflow.proto.OpDef;

/**
 * Makes the table of operations and its page from TensorFlow's registry, the rules of {@link
 * OpRule}, and the file of operations that were reviewed one by one, which goes before all rules.
 */
final class OpTableMaker {

  static final String TABLE = "transforms/core/src/main/resources/org/hubbeam/model/operations.tsv";
  static final String REVIEWED =
      "transforms/core/src/test/resources/org/hubbeam/model/operations-reviewed.tsv";
  static final String PAGE = "docs/ops.md";

  private static final String HEAD =
      """
      # Operations

      The %,d operations that TensorFlow 2.18 registers, by what they may touch. A module from elsewhere may use the %,d
      of the classes `COMPUTES`, `STATE`, `CALLS` and `DATASET`; those of `CONDITIONAL` and `CHECKPOINT` where their
      arguments or their place make them harmless; others, and operations that are not in the table, only if
      `--allowOps` names them. See [security.md](security.md). The page is made by `OpTableMaker`, and a test compares it.

      ## The rules

      %,d operations were put into their classes one by one; for the others, the first rule that fits counts. An operation that
      none fits must be reviewed.

      """;

  private final Map<String, OpTable.Line> reviewed = new TreeMap<>();
  private final List<OpTable.Line> lines = new ArrayList<>();

  private OpTableMaker(Collection<OpDef> registry) throws IOException {
    for (String line : Files.readAllLines(TestFiles.root().resolve(REVIEWED))) {
      if (!line.startsWith("#")) {
        String[] cells = line.split("\t", -1);
        for (String op : cells[2].split(" ", -1)) {
          OpTable.Line put = new OpTable.Line(op, OpClass.valueOf(cells[0]), cells[1]);
          if (reviewed.put(op, put) != null) {
            throw new IllegalStateException(op + " stands twice in " + REVIEWED);
          }
        }
      }
    }
    Map<String, OpDef> sorted = new TreeMap<>();
    registry.forEach(o -> sorted.put(o.getName(), o));
    for (String op : reviewed.keySet()) {
      if (!sorted.containsKey(op)) {
        throw new IllegalStateException(op + " of " + REVIEWED + " is not registered");
      }
    }
    List<String> unruled =
        sorted.values().stream()
            .filter(o -> !reviewed.containsKey(o.getName()) && ruled(o).isEmpty())
            .map(OpDef::getName)
            .toList();
    if (!unruled.isEmpty()) {
      throw new IllegalStateException(
          "no rule fits these; review them, and add them to " + REVIEWED + ": " + unruled);
    }
    sorted.values().forEach(o -> lines.add(line(o)));
  }

  /** What the rules and the reviewed operations make of a registry. */
  static OpTableMaker of(Collection<OpDef> registry) throws IOException {
    return new OpTableMaker(registry);
  }

  /** The resource. */
  String table() {
    return "# SPDX-License-Identifier: Apache-2.0\n"
        + "# Made by OpTableMaker: operation, OpClass, what it does where the class says too"
        + " little.\n"
        + lines.stream()
            .map(l -> l.op() + "\t" + l.in() + "\t" + l.note() + "\n")
            .collect(Collectors.joining());
  }

  /** The page for readers: rules, and the operations of each class. */
  String page() {
    StringBuilder out = new StringBuilder(HEAD.formatted(lines.size(), letIn(), reviewed.size()));
    for (int i = 0; i < OpRule.ALL.size(); i++) {
      OpRule rule = OpRule.ALL.get(i);
      out.append("%d. %s: `%s`\n".formatted(i + 1, rule.text(), rule.in()));
    }
    for (OpClass c : OpClass.values()) {
      Map<String, List<String>> byNote = new TreeMap<>();
      lines.stream()
          .filter(l -> l.in() == c)
          .forEach(l -> byNote.computeIfAbsent(l.note(), n -> new ArrayList<>()).add(l.op()));
      int count = byNote.values().stream().mapToInt(List::size).sum();
      out.append("\n## %s: %s, %d\n".formatted(c, c.says(), count));
      byNote.forEach(
          (note, ops) ->
              out.append("\n")
                  .append(note.isEmpty() ? "" : note + ": ")
                  .append(String.join(", ", ops))
                  .append("\n"));
    }
    return out.toString();
  }

  private long letIn() {
    return lines.stream().filter(l -> l.in().letIn()).count();
  }

  private OpTable.Line line(OpDef op) {
    OpTable.Line given = reviewed.get(op.getName());
    return given != null ? given : new OpTable.Line(op.getName(), ruled(op).orElseThrow(), "");
  }

  private static Optional<OpClass> ruled(OpDef op) {
    return OpRule.ALL.stream().filter(r -> r.fits().test(op)).findFirst().map(OpRule::in);
  }
}
