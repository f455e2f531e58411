package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.GraphDef;

/**
 * A preprocessing function as data: its graph from the input columns to the output columns, with
 * placeholders where results of analyzers, tables and files will stand, and calls of modules that
 * are not in it.
 *
 * @param graph the operations
 * @param inputs the columns taken
 * @param outputs the columns given
 * @param analyzers what must be computed over the whole data
 * @param tables the lookup tables that the graph uses
 * @param files the files that the function brings along
 * @param modules the calls of other modules
 * @param reports what is told of the analysis, beside the outputs
 */
@Internal
public record TracedFunction(
    GraphDef graph,
    List<TracedArray> inputs,
    List<Output> outputs,
    List<AnalyzerNode> analyzers,
    List<TableNode> tables,
    List<GivenFile> files,
    List<ModuleNode> modules,
    List<Report> reports)
    implements Serializable {
  public TracedFunction {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    analyzers = List.copyOf(analyzers);
    tables = List.copyOf(tables);
    files = List.copyOf(files);
    modules = List.copyOf(modules);
    reports = List.copyOf(reports);
  }

  /**
   * A column given.
   *
   * @param domain the numbers it can have; null where nothing is said
   */
  public record Output(TracedArray array, @Nullable Domain domain) implements Serializable {}

  /** What is told of the analysis under a name. */
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
     * How many tokens a vocabulary has.
     *
     * @param file the placeholder node of its path
     */
    record Tokens(String name, String file) implements Report {}
  }

  /**
   * A file that was there before any analysis.
   *
   * @param node the placeholder node of its path
   * @param key what it is called; as an asset it keeps its own name
   * @param location where it is
   */
  public record GivenFile(String node, String key, String location) implements Serializable {

    /** The name of the file, without folders. */
    public String fileName() {
      return location.substring(location.lastIndexOf('/') + 1);
    }
  }
}
