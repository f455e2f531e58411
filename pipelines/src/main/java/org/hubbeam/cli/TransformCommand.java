// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Printable;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.FileGlob;
import org.hubbeam.inference.Limits;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.spec.Operations;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Analyzes data for a preprocessing function; writes the features and the function. */
@Command(
    name = "transform",
    customSynopsis = "hubbeam transform --spec=FILE --input=GLOB --output=DIR [OPTION]...",
    description = {
      "Analyze data for a preprocessing function; write the features and the function.",
      "",
      "Writes to DIR: train-0000i-of-0000N.tfrecord and eval-*.tfrecord; the function as"
          + " tf.Transform writes it (transform_fn/, transformed_metadata/, metadata/) and for"
          + " TensorFlow Serving (serving/); failures.jsonl; and, last, manifest.json.",
      "A spec file declares the input columns and the features. --operations lists the operations,"
          + " which have the names of tf.Transform:",
      "",
      "  columns:",
      "    age: {type: float32}",
      "    words: {type: string, varlen: true}",
      "  outputs:",
      "    age_z: scale_to_z_score(age)",
      "    ids: compute_and_apply_vocabulary(to_lower(words), top_k=1000)",
      "  analyzers:                          (printed, and stored in manifest.json)",
      "    oldest: max(age)",
      "",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam transform --spec=features.yaml --input=train.csv --evalInput=eval.csv"
          + " --output=out/features"
    })
final class TransformCommand extends JobCommand {

  @Mixin private TableOptions table;

  @Section(Section.Heading.FUNCTION)
  @Option(
      names = "--spec",
      paramLabel = "FILE",
      description = "the preprocessing function as a YAML file")
  private String spec;

  @Section(Section.Heading.FUNCTION)
  @Option(
      names = "--function",
      paramLabel = "CLASS",
      description = "the preprocessing function as a class on the class path; requires --schema")
  private String function;

  @Section(Section.Heading.FUNCTION)
  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "the input columns for --function, as schema.pbtxt")
  private String schema;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--input",
      paramLabel = "GLOB",
      description = "files to analyze and transform; - for standard input")
  private String input;

  private final StandardInput standard = new StandardInput();

  @Section(Section.Heading.INPUT)
  @Option(names = "--evalInput", paramLabel = "GLOB", description = "files to transform only")
  private String evalInput;

  @Section(Section.Heading.OUTPUT)
  @Option(names = "--output", paramLabel = "DIR", description = "the folder to write to")
  private String output;

  @Section(Section.Heading.FUNCTION)
  @Option(
      names = "--labels",
      paramLabel = "COLUMN",
      split = ",",
      description = "input columns that are missing in serving requests")
  private List<String> labels = List.of();

  @Section(Section.Heading.RUNNER)
  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "store the analysis of each file, so that the next run analyzes only new files")
  private String cache;

  @Section(Section.Heading.FUNCTION)
  @Option(names = "--explain", description = "print the analysis plan and exit")
  private boolean explain;

  @Section(Section.Heading.FUNCTION)
  @Option(names = "--operations", description = "print all operations of spec files and exit")
  private boolean operations;

  @Override
  List<String> inputs() {
    return Stream.of(input == null ? null : input(), evalInput).filter(Objects::nonNull).toList();
  }

  @Override
  WorkerPlaces places() {
    return WorkerPlaces.NONE.withFiles(cache == null ? List.of() : List.of(cache));
  }

  @Override
  FeatureFolder output() {
    return new FeatureFolder(output, options().shards());
  }

  @Override
  public Integer call() throws IOException {
    if (operations) {
      out().print(Operations.page());
      out().flush();
      return 0;
    }
    if (!explain) {
      requireOptions();
      return super.call();
    }
    prepare();
    out().print(named().preprocessor().explain());
    out().flush();
    return 0;
  }

  /** Workers on other machines read what one of them has fitted. */
  @Override
  void check(PipelineOptions pipeline) {
    if (pipeline.as(LocalTasks.class).getLocalTasks() > 0) {
      return;
    }
    String temp = pipeline.getTempLocation();
    String engine = Engines.of(pipeline).title();
    if (temp == null) {
      throw new UsageException(
          "transform on "
              + engine
              + " requires --tempLocation, a folder that all workers and this machine share, such"
              + " as one in gs:, s3: or hdfs:");
    }
    if (Locations.isLocal(temp)) {
      err()
          .println(
              Printable.line(
                  "--tempLocation="
                      + temp
                      + " must be the same folder on all workers of "
                      + engine
                      + " and on this machine"));
    }
  }

  @Override
  TransformJob job() throws IOException {
    NamedFunction named = named();
    BatchSchema columns = named.preprocessor().schema();
    return new TransformJob(
        named,
        table.input(input(), columns, List.of(), options()),
        evalInput == null ? null : eval(columns),
        cache(columns),
        output(),
        Limits.DEFAULT.withRows(options().batchRows()));
  }

  private TransformJob.Input eval(BatchSchema columns) {
    TransformJob.Input eval = evalOrHint(columns);
    if (!eval.absent().isEmpty()) {
      err()
          .println(
              Printable.line(
                  "--evalInput lacks the labels "
                      + eval.absent().stream().map(ArraySpec::name).toList()
                      + ": features that need them are left out there"));
    }
    return eval;
  }

  private TransformJob.Input evalOrHint(BatchSchema columns) {
    try {
      return table.input(evalInput, columns, labels, options());
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.contains("the schema has")) {
        throw e;
      }
      throw new UsageException(
          message
              + "; columns in --labels may be missing, and features that need them are left out");
    }
  }

  private String input() {
    return standard.file(input);
  }

  private NamedFunction named() throws IOException {
    if ((spec == null) == (function == null)) {
      throw new UsageException("specify either --spec=FILE or --function=CLASS");
    }
    if (spec != null && schema != null) {
      throw new UsageException(
          "--schema is only for --function; a spec file declares its own columns");
    }
    Preprocessor preprocessor =
        spec != null
            ? NamedFunction.readSpec(spec, input)
            : NamedFunction.loadClass(function, schema);
    return new NamedFunction(spec != null ? spec : function, preprocessor, labels);
  }

  private TransformJob.@Nullable Cache cache(BatchSchema columns) {
    if (cache == null) {
      return null;
    }
    WritableFolder.check("--cache=" + cache, cache);
    Map<String, BatchSource> files = new LinkedHashMap<>();
    for (MatchResult.Metadata file : FileGlob.match(input())) {
      files.put(
          key(file),
          table.input(file.resourceId().toString(), columns, List.of(), options()).source());
    }
    return new TransformJob.Cache(cache, files);
  }

  /** A cache key for a file: its shortened name, and a hash that changes with its content. */
  private static String key(MatchResult.Metadata file) {
    String whole = file.resourceId().toString();
    String name = whole.substring(whole.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    String version = whole + ":" + file.sizeBytes() + ":" + file.lastModifiedMillis();
    String start = name.replaceFirst("^\\.", "_");
    return start.substring(0, Math.min(50, start.length()))
        + "-"
        + UUID.nameUUIDFromBytes(version.getBytes(StandardCharsets.UTF_8));
  }

  private void requireOptions() {
    Map<String, @Nullable String> needed = new LinkedHashMap<>();
    needed.put("'--spec=FILE'", spec == null ? function : spec);
    needed.put("'--input=GLOB'", input);
    needed.put("'--output=DIR'", output);
    List<String> missing =
        needed.keySet().stream().filter(option -> needed.get(option) == null).toList();
    if (!missing.isEmpty()) {
      throw new UsageException(
          "Missing required option"
              + (missing.size() == 1 ? "" : "s")
              + ": "
              + String.join(", ", missing)
              + "; see hubbeam transform --help");
    }
  }
}
