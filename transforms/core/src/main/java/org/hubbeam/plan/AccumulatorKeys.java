// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.GraphDef;

/**
 * The keys under which the accumulators of analyzers are saved. For the same data, equal keys mean
 * equal accumulators. A key describes what is computed, with every setting that changes the
 * accumulator, and its inputs: columns, or the part of the graph that computes them. Files that
 * this part reads are identified by location, not by content.
 */
@Internal
public final class AccumulatorKeys {

  private AccumulatorKeys() {}

  /** The key of each step of a phase, in their order. */
  public static List<String> compute(TracedFunction trace, Phase phase) {
    GraphIndex index = new GraphIndex(trace.graph());
    return phase.steps().stream().map(s -> key(trace, index, s)).toList();
  }

  private static String key(TracedFunction trace, GraphIndex index, Phase.Step step) {
    StringBuilder key = new StringBuilder(computed(step.node().analysis()));
    String of = " of ";
    for (int i = 0; i < step.sources().size(); i++) {
      key.append(of).append(source(trace, index, step, i));
      of = ", ";
    }
    return key.toString();
  }

  private static String computed(Analysis analysis) {
    if (analysis instanceof Analysis.Tokens tokens) {
      return "tokens " + tokens.vocabulary().input();
    }
    return analysis instanceof Analysis.Filed filed
        ? filed.reducer().describe()
        : analysis.describe();
  }

  private static String source(
      TracedFunction trace, GraphIndex index, Phase.Step step, int number) {
    TracedArray input = step.node().inputs().get(number);
    if (step.sources().get(number) instanceof Phase.Column column) {
      return "column " + column.name() + " " + input.spec();
    }
    StringBuilder files = new StringBuilder();
    Set<String> needed = index.needed(input.tensors());
    for (TracedArray column : trace.inputs()) {
      for (String tensor : column.tensors()) {
        if (needed.contains(GraphIndex.node(tensor))) {
          files.append(' ').append(tensor).append(" is column ").append(column.spec());
        }
      }
    }
    for (TableNode table : trace.tables()) {
      if (needed.contains(table.node())) {
        files.append(' ').append(table.content());
        needed.add(table.content().source());
      }
    }
    for (TracedFunction.GivenFile file : trace.files()) {
      if (needed.contains(file.node())) {
        files.append(' ').append(file.location());
      }
    }
    for (ModuleNode module : trace.modules()) {
      if (needed.contains(module.node())) {
        files
            .append(" module ")
            .append(module.module().digest())
            .append(' ')
            .append(module.function())
            .append(' ')
            .append(module.given());
      }
    }
    return "graph " + sha256(index.pruned(input.tensors())) + " " + input.tensors() + files;
  }

  private static String sha256(GraphDef graph) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.useDeterministicSerialization();
      graph.writeTo(out);
      out.flush();
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
