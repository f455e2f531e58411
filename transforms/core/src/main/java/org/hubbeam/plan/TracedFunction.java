// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.GraphDef;

/**
 * A preprocessing function as data: the graph from input to output columns, with placeholders for
 * results of analyzers, tables and files, and calls of modules that the graph does not contain.
 *
 * @param graph the operations
 * @param inputs the input columns
 * @param outputs the output columns
 * @param analyzers the analyzers, which run over the whole data
 * @param tables the lookup tables that the graph uses
 * @param files the existing files that the function uses
 * @param vocabularies the names of the files that analyzers write, by the names of the vocabularies
 * @param modules the calls of other modules
 * @param reports the values that are reported after the analysis
 */
@Internal
public record TracedFunction(
    GraphDef graph,
    List<TracedArray> inputs,
    List<Output> outputs,
    List<AnalyzerNode> analyzers,
    List<TableNode> tables,
    List<GivenFile> files,
    Map<String, String> vocabularies,
    List<ModuleNode> modules,
    List<Report> reports)
    implements Serializable {
  public TracedFunction {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    analyzers = List.copyOf(analyzers);
    tables = List.copyOf(tables);
    files = List.copyOf(files);
    vocabularies = Collections.unmodifiableMap(new LinkedHashMap<>(vocabularies));
    modules = List.copyOf(modules);
    reports = List.copyOf(reports);
  }

  /**
   * An output column.
   *
   * @param domain the integers it can contain; null if unknown
   */
  public record Output(TracedArray array, @Nullable Domain domain) implements Serializable {}

  /** A value that is reported after the analysis. */
  public sealed interface Report extends Serializable {
    /** The name. */
    String name();

    /** A value that is the same for every row, dense. */
    record Value(TracedArray array) implements Report {
      @Override
      public String name() {
        return array.spec().name();
      }
    }

    /**
     * The number of tokens of a vocabulary.
     *
     * @param file the placeholder node of its path
     */
    record Tokens(String name, String file) implements Report {}
  }

  /**
   * A file that exists before the analysis.
   *
   * @param node the placeholder node of its path
   * @param key its name; the asset keeps the name of the file
   * @param location where it is
   */
  public record GivenFile(String node, String key, String location) implements Serializable {

    /** The name of the file, without folders. */
    public String fileName() {
      return location.substring(location.lastIndexOf('/') + 1);
    }
  }
}
