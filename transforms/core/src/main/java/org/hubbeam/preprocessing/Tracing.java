// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.NativeRuntime;
import org.hubbeam.model.NodeNames;
import org.hubbeam.plan.Analysis;
import org.hubbeam.plan.AnalyzerNode;
import org.hubbeam.plan.TableNode;
import org.hubbeam.plan.TracedArray;
import org.hubbeam.plan.TracedFunction;
import org.hubbeam.plan.VocabularyFormat;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * A preprocessing function while it is traced: the graph, its analyzers, tables and files. Not
 * thread-safe.
 */
@Internal
public final class Tracing implements AutoCloseable {

  private final Graph graph = NativeRuntime.newGraph();
  private final Ops tf = Ops.create(graph);
  private final List<TracedArray> inputs = new ArrayList<>();
  private final List<AnalyzerNode> analyzers = new ArrayList<>();
  private final Map<TableNode.Content, Output<?>> tables = new LinkedHashMap<>();
  private final List<TracedFunction.GivenFile> files = new ArrayList<>();
  private final Map<String, TracedFunction.Report> reports = new LinkedHashMap<>();
  private final Map<List<Object>, List<Statistic>> statistics = new HashMap<>();
  private final Map<List<Object>, FileResult> analyzedFiles = new HashMap<>();
  private final Map<String, String> vocabularies = new LinkedHashMap<>();
  private final Set<String> fileNames = new HashSet<>();
  private final Map<String, Integer> scopes = new HashMap<>();
  private final Set<String> trueSparse = new HashSet<>();
  private final TracedModules modules = new TracedModules(this);

  Tracing() {}

  /**
   * A file that an analyzer will write.
   *
   * @param name its name among the assets
   * @param node the placeholder of its path
   */
  record FileResult(String name, Output<?> node) {
    String nodeName() {
      return node.op().name();
    }

    Operand<TString> path() {
      return node.expect(TString.class);
    }
  }

  /** Where operations are added. */
  public Ops tf() {
    return tf;
  }

  /** What was added so far. */
  GraphDef graph() {
    return graph.toGraphDef();
  }

  /** The shape that an operand is known to have. */
  static Shape shape(Operand<?> operand) {
    var shape = operand.shape();
    return shape.isUnknown() ? Shape.UNKNOWN : Shape.of(shape.asArray());
  }

  /** A value that has the shape of another, where the graph does not know it: of a table. */
  static <T extends TType> Operand<T> shaped(Ops tf, Operand<T> value, Operand<?> like) {
    return like.shape().isUnknown() ? value : tf.ensureShape(value, like.shape());
  }

  /** An input column. */
  Column input(ArraySpec spec) {
    List<Output<?>> parts = new ArrayList<>();
    String name = NodeNames.of("inputs." + inputs.size() + "." + spec.name());
    for (Part part : parts(spec)) {
      parts.add(placeholder(name + part.suffix, part.dtype.proto(), part.shape));
    }
    inputs.add(new TracedArray(spec, parts.stream().map(Tracing::tensor).toList()));
    return switch (spec.layout()) {
      case DENSE -> new Column.Dense(this, parts.get(0), null);
      case SPARSE ->
          new Column.Sparse(
              this,
              parts.get(0).expect(TInt64.class),
              parts.get(1),
              parts.get(2).expect(TInt64.class),
              spec.shape(),
              null);
      case RAGGED ->
          new Column.Ragged(
              this,
              parts.get(0),
              parts.subList(1, parts.size()).stream()
                  .<Operand<TInt64>>map(p -> p.expect(TInt64.class))
                  .toList(),
              spec.shape(),
              null);
    };
  }

  private record Part(String suffix, DType dtype, Shape shape) {}

  private static List<Part> parts(ArraySpec spec) {
    return switch (spec.layout()) {
      case DENSE -> List.of(new Part("", spec.dtype(), spec.shape()));
      case SPARSE ->
          List.of(
              new Part(".indices", DType.INT64, Shape.of(-1, spec.shape().rank())),
              new Part(".values", spec.dtype(), Shape.of(-1)),
              new Part(".shape", DType.INT64, Shape.of(spec.shape().rank())));
      case RAGGED -> {
        List<Part> parts = new ArrayList<>();
        int levels = 0;
        while (levels + 1 < spec.shape().rank() && spec.shape().dim(levels + 1) < 0) {
          levels++;
          parts.add(new Part(".row_splits_" + levels, DType.INT64, Shape.of(-1)));
        }
        List<Long> flat = new ArrayList<>(List.of(-1L));
        flat.addAll(spec.shape().dims().subList(levels + 1, spec.shape().rank()));
        parts.add(0, new Part(".values", spec.dtype(), new Shape(flat)));
        yield parts;
      }
    };
  }

  /**
   * The results of an analyzer as arrays; the same analyzer of the same columns runs once.
   *
   * @param name what it is called in the plan
   * @param outputs what it gives
   */
  List<Statistic> analyze(
      String name, Analysis analysis, List<Column> columns, List<ArraySpec> outputs) {
    List<TracedArray> arrays = columns.stream().map(Tracing::array).toList();
    List<Object> key =
        List.of(analysis.describe(), arrays.stream().map(TracedArray::tensors).toList());
    return statistics.computeIfAbsent(
        key,
        k -> {
          String unique = unique(name);
          List<Statistic> created = new ArrayList<>();
          List<String> nodes = new ArrayList<>();
          for (ArraySpec output : outputs) {
            Output<?> node =
                placeholder(unique + "." + output.name(), output.dtype().proto(), output.shape());
            nodes.add(node.op().name());
            created.add(new Statistic(this, node));
          }
          analyzers.add(new AnalyzerNode(unique, analysis, arrays, nodes));
          return created;
        });
  }

  /**
   * The file that an analyzer writes; the same analyzer of the same columns writes it once.
   *
   * @param vocabulary the name among the assets
   * @throws IllegalArgumentException when another analyzer writes a file of this name
   */
  FileResult analyzeFile(
      String name, Analysis analysis, List<Column> columns, VocabularyName vocabulary) {
    List<TracedArray> arrays = columns.stream().map(Tracing::array).toList();
    List<Object> key =
        List.of(analysis.describe(), arrays.stream().map(TracedArray::tensors).toList());
    FileResult there = analyzedFiles.get(key);
    FileResult file = there == null ? newFile(name, analysis, arrays, vocabulary) : there;
    analyzedFiles.put(key, file);
    vocabularies.put(vocabulary.name(), vocabulary.fileName());
    return file;
  }

  private FileResult newFile(
      String name, Analysis analysis, List<TracedArray> arrays, VocabularyName vocabulary) {
    claimFile(vocabulary.fileName());
    String unique = unique(name);
    Output<?> node = placeholder(unique + ".path", DataType.DT_STRING, Shape.of());
    analyzers.add(new AnalyzerNode(unique, analysis, arrays, List.of(node.op().name())));
    return new FileResult(vocabulary.fileName(), node);
  }

  /**
   * The vocabulary of a name.
   *
   * @throws IllegalArgumentException when none was made so far; the message has those there are
   */
  VocabularyFile vocabulary(String name) {
    for (AnalyzerNode analyzer : analyzers) {
      VocabularyFormat format =
          analyzer.analysis() instanceof Analysis.Tokens tokens
              ? tokens.format()
              : analyzer.analysis() instanceof Analysis.FrequentFile file ? file.format() : null;
      String node = analyzer.outputs().get(0);
      for (FileResult file : analyzedFiles.values()) {
        if (format != null
            && file.nodeName().equals(node)
            && file.name().equals(vocabularies.get(name))) {
          return new VocabularyFile(this, file, format);
        }
      }
    }
    throw new IllegalArgumentException(
        "there is no vocabulary '" + name + "' so far; there are " + vocabularies.keySet());
  }

  /**
   * An existing file, which becomes an asset.
   *
   * @throws IllegalArgumentException when it is a local file that does not exist
   */
  FileResult givenFile(String key, String location) {
    if (!location.contains("://") && !Files.isRegularFile(Path.of(location))) {
      throw new IllegalArgumentException("the asset '" + key + "' is not a file: " + location);
    }
    Output<?> node = placeholder("asset", DataType.DT_STRING, Shape.of());
    TracedFunction.GivenFile file = new TracedFunction.GivenFile(node.op().name(), key, location);
    claimFile(file.fileName());
    files.add(file);
    return new FileResult(file.fileName(), node);
  }

  /** Whether a file was there before any analysis. */
  boolean isGiven(FileResult file) {
    return files.stream().anyMatch(f -> f.node().equals(file.nodeName()));
  }

  /** A name for a mapper, with a number appended if it is used already. */
  String scope(String name) {
    int before = scopes.merge(name, 1, Integer::sum) - 1;
    return before == 0 ? name : name + "_" + before;
  }

  /**
   * The name of a file of results for each key.
   *
   * @param given empty to generate one
   * @param analysis what the analysis is called
   */
  VocabularyName keyFile(String given, String analysis) {
    if (!given.isEmpty()) {
      return VocabularyName.of(given, VocabularyFormat.TEXT);
    }
    String free = "vocab_" + analysis;
    for (int number = 1; fileNames.contains(free); number++) {
      free = "vocab_" + analysis + "_" + number;
    }
    return new VocabularyName(free, free);
  }

  private void claimFile(String fileName) {
    if (!fileNames.add(fileName)) {
      throw new IllegalArgumentException(
          "two vocabularies would have the file '" + fileName + "'; give each another name");
    }
  }

  /** The handle of a table. */
  Operand<? extends TType> table(TableNode.Content content, DType keys, DType values) {
    return tables.computeIfAbsent(
        content,
        c -> {
          Scope scope = tf.scope();
          return scope
              .env()
              .opBuilder("HashTableV2", scope.makeOpName("table"), scope)
              .setAttr("key_dtype", keys.proto())
              .setAttr("value_dtype", values.proto())
              .build()
              .output(0);
        });
  }

  /**
   * The handle of a table that is filled from a node.
   *
   * @throws IllegalStateException when there is none
   */
  Operand<? extends TType> tableOf(String source) {
    return tables.entrySet().stream()
        .filter(t -> t.getKey().source().equals(source))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no table is filled from '" + source + "'"))
        .getValue();
  }

  /**
   * The handle of a table that is filled from a vocabulary; one of whole lines if there is none.
   */
  Operand<? extends TType> tableOf(VocabularyFile vocabulary) {
    boolean filled =
        tables.keySet().stream().anyMatch(t -> t.source().equals(vocabulary.file().nodeName()));
    return filled
        ? tableOf(vocabulary.file().nodeName())
        : table(vocabulary.whole(), DType.STRING, DType.INT64);
  }

  /**
   * Adds a value that is reported after the analysis.
   *
   * @throws IllegalArgumentException when a value of this name is reported already
   */
  void report(TracedFunction.Report report) {
    if (reports.putIfAbsent(report.name(), report) != null) {
      throw new IllegalArgumentException("'" + report.name() + "' is reported twice");
    }
  }

  /** Marks sparse columns of this dense shape: as outputs, they are stored with positions. */
  void trueSparse(Operand<TInt64> denseShape) {
    trueSparse.add(tensor(denseShape));
  }

  /** The specification of an output: of lists, unless it is marked as sparse. */
  private ArraySpec output(String name, Column column) {
    ArraySpec spec = column.spec(name);
    boolean lists =
        column instanceof Column.Sparse sparse
            && spec.shape().rank() == 2
            && !trueSparse.contains(tensor(sparse.denseShape()));
    return lists ? new ArraySpec(name, spec.dtype(), Shape.of(-1, -1), spec.layout()) : spec;
  }

  /** The modules that are called. */
  TracedModules modules() {
    return modules;
  }

  /** The node of an operand. */
  static String node(Operand<?> operand) {
    return operand.op().name();
  }

  /** The trace, with these outputs. */
  TracedFunction trace(Map<String, Column> outputs) {
    List<TracedFunction.Output> given = new ArrayList<>();
    outputs.forEach(
        (name, column) -> {
          if (column.tracing() != this) {
            throw new IllegalArgumentException("the output '" + name + "' is of another trace");
          }
          given.add(
              new TracedFunction.Output(
                  new TracedArray(output(name, column), tensors(column)), column.domain()));
        });
    List<TableNode> tableNodes = new ArrayList<>();
    tables.forEach((content, handle) -> tableNodes.add(new TableNode(handle.op().name(), content)));
    TracedFunction trace =
        new TracedFunction(
            graph.toGraphDef(),
            inputs,
            given,
            analyzers,
            tableNodes,
            files,
            vocabularies,
            modules.nodes(),
            List.copyOf(reports.values()));
    FixedValues.check(trace);
    return trace;
  }

  private static TracedArray array(Column column) {
    return new TracedArray(column.spec("x"), tensors(column));
  }

  /** The tensors of a column, as a graph names them. */
  static List<String> tensors(Column column) {
    return column.tensors().stream().map(Tracing::tensor).toList();
  }

  /** The name of an operand, {@code node:0}. */
  static String tensor(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    return output.op().name() + ":" + output.index();
  }

  /** The operand of this name. */
  Operand<?> operand(String tensor) {
    int colon = tensor.lastIndexOf(':');
    return graph
        .operation(tensor.substring(0, colon))
        .output(Integer.parseInt(tensor.substring(colon + 1)));
  }

  private String unique(String name) {
    return name + "_" + analyzers.size();
  }

  private Output<?> placeholder(String name, DataType dtype, Shape shape) {
    Scope scope = tf.scope();
    var builder =
        scope
            .env()
            .opBuilder("Placeholder", scope.makeOpName(name), scope)
            .setAttr("dtype", dtype)
            .setAttr(
                "shape",
                shape.hasRank()
                    ? org.tensorflow.ndarray.Shape.of(
                        shape.dims().stream().mapToLong(Long::longValue).toArray())
                    : org.tensorflow.ndarray.Shape.unknown());
    return builder.build().output(0);
  }

  @Override
  public void close() {
    graph.close();
  }
}
