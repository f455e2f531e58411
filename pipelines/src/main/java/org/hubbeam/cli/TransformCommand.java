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
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.FileGlob;
import org.hubbeam.inference.Limits;
import org.hubbeam.preprocessing.Preprocessor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fits a preprocessing function to data, and writes the features and the function. */
@Command(
    name = "transform",
    description = {
      "Fit a preprocessing function to data; write the features and the function.",
      "",
      "Writes to DIR: train-0000i-of-0000N.tfrecord and eval-*.tfrecord; the function, as"
          + " tf.Transform writes it (transform_fn/, transformed_metadata/, metadata/) and for"
          + " TensorFlow Serving (serving/); failures.jsonl; and, last, manifest.json.",
      "A spec file has the raw columns and the features, in tf.Transform's names:",
      "",
      "  columns:",
      "    age: {type: float32}",
      "    words: {type: string, varlen: true}",
      "  outputs:",
      "    age_z: scale_to_z_score(age)",
      "    ids: compute_and_apply_vocabulary(to_lower(words), top_k=1000)",
      "  analyzers:                          (shown, and kept in manifest.json)",
      "    oldest: max(age)",
      "",
      "Options of Beam and its runners are passed on: --parallelism=8, --flinkMaster=host:8081.",
      ""
    },
    footer = {
      "",
      "The exit code is 1 when the job failed, or every row did.",
      "Example: hubbeam transform --spec=features.yaml --input=train.csv --evalInput=eval.csv"
          + " --output=out/features"
    })
final class TransformCommand extends JobProgram {

  @Mixin private TableOptions table;

  @Option(names = "--spec", paramLabel = "FILE", description = "the function as YAML")
  private String spec;

  @Option(
      names = "--function",
      paramLabel = "CLASS",
      description = "or as a class on the class path, a PreprocessingFunction; needs --schema")
  private String function;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "the raw columns of --function, as schema.pbtxt")
  private String schema;

  @Option(names = "--input", paramLabel = "GLOB", description = "files to fit to and transform")
  private String input;

  @Option(names = "--evalInput", paramLabel = "GLOB", description = "files to transform only")
  private String evalInput;

  @Option(names = "--output", paramLabel = "DIR", description = "the folder to write to")
  private String output;

  @Option(
      names = "--labels",
      paramLabel = "COLUMN",
      split = ",",
      description = "raw columns that are not there when the function serves")
  private List<String> labels = List.of();

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "keep what was analyzed of each file, and analyze only new files the next time")
  private String cache;

  @Option(names = "--explain", description = "show what would be analyzed, and end")
  private boolean explain;

  @Override
  List<String> inputs() {
    return Stream.of(input, evalInput).filter(Objects::nonNull).toList();
  }

  @Override
  FeatureFolder output() {
    return new FeatureFolder(required("--output=DIR", output), options().shards());
  }

  @Override
  public Integer call() throws IOException {
    if (!explain) {
      return super.call();
    }
    prepare();
    out().print(named().preprocessor().explain());
    out().flush();
    return 0;
  }

  @Override
  TransformJob job() throws IOException {
    NamedFunction named = named();
    BatchSchema columns = named.preprocessor().schema();
    return new TransformJob(
        named,
        table.input(required("--input=GLOB", input), columns, options()),
        evalInput == null ? null : table.input(evalInput, columns, options()),
        cache(columns),
        output(),
        Limits.DEFAULT.withRows(options().batchRows()));
  }

  private NamedFunction named() throws IOException {
    if ((spec == null) == (function == null)) {
      throw new WrongUse("give either --spec=FILE or --function=CLASS");
    }
    if (spec != null && schema != null) {
      throw new WrongUse("--schema is for --function; a spec file has its columns itself");
    }
    Preprocessor preprocessor =
        spec != null ? NamedFunction.ofSpec(spec) : NamedFunction.ofClass(function, schema);
    return new NamedFunction(spec != null ? spec : function, preprocessor, labels);
  }

  private TransformJob.Cache cache(BatchSchema columns) {
    if (cache == null) {
      return null;
    }
    Map<String, BatchSource> files = new LinkedHashMap<>();
    for (MatchResult.Metadata file : FileGlob.match(input)) {
      files.put(key(file), table.input(file.resourceId().toString(), columns, options()).source());
    }
    return new TransformJob.Cache(cache, files);
  }

  /** A name for a file with this content: its own, cut, with what tells it from others. */
  private static String key(MatchResult.Metadata file) {
    String whole = file.resourceId().toString();
    String name = whole.substring(whole.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    String version = whole + ":" + file.sizeBytes() + ":" + file.lastModifiedMillis();
    String start = name.replaceFirst("^\\.", "_");
    return start.substring(0, Math.min(50, start.length()))
        + "-"
        + UUID.nameUUIDFromBytes(version.getBytes(StandardCharsets.UTF_8));
  }

  private static String required(String option, String value) {
    if (value == null) {
      throw new WrongUse("Missing required option: '" + option + "'");
    }
    return value;
  }
}
