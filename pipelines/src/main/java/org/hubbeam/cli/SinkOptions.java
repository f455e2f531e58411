// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Secrets;
import org.hubbeam.search.Metric;
import org.hubbeam.sinks.OpenSearchSink;
import org.hubbeam.sinks.PgVectorSink;
import org.hubbeam.sinks.Secret;
import org.hubbeam.sinks.VectorFileFormat;
import org.hubbeam.sinks.VectorSchema;
import org.hubbeam.sinks.VectorSink;
import org.hubbeam.sinks.WriteParquet;
import org.hubbeam.sinks.WriteVectorFiles;
import org.hubbeam.sinks.WriteVectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a store that vectors go to. */
@Section(Section.Heading.STORE)
final class SinkOptions {
  private static final String JDBC = "jdbc:";

  @Option(
      names = "--to",
      paramLabel = "STORE",
      description =
          "jdbc:postgresql://HOST:PORT/DATABASE: a table of PostgreSQL with pgvector;"
              + " https://HOST:PORT/INDEX: OpenSearch or Elasticsearch; NAME.npy:"
              + " NumPy's matrix, with NAME.ids.txt; NAME.tsv: the TensorFlow Projector's pair of"
              + " files; NAME.parquet: NAME-*-of-*.parquet (HUBBEAM_PROFILES=parquet)")
  private @Nullable String to;

  @Option(
      names = "--id",
      paramLabel = "COLUMN[:NAME]",
      description =
          "the column with the id of a row, and what it is called in the store (default: id)")
  private @Nullable String id;

  @Option(
      names = "--vector",
      defaultValue = EmbedJob.EMBEDDING,
      paramLabel = "COLUMN[:NAME]",
      description =
          "the column with the vectors, and what it is called in the store (default:"
              + " ${DEFAULT-VALUE})")
  private String vector;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "COLUMN[:NAME]",
      description = "the other columns that are stored (default: all)")
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "the table, perhaps with its schema")
  private @Nullable String table;

  @Option(
      names = "--createTable",
      description =
          "create the table and the extension, or the index with its template, if they are missing")
  private boolean createTable;

  @Option(
      names = "--onConflict",
      defaultValue = "UPDATE",
      paramLabel = "POLICY",
      description =
          "what happens to a row whose id is there already: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE})")
  private PgVectorSink.Conflict onConflict;

  @Option(
      names = "--vectorIndex",
      paramLabel = "METRIC",
      description =
          "make an HNSW index of the table when all rows are there, unless there is one; the metric"
              + " of a created index (there COSINE): ${COMPLETION-CANDIDATES}")
  private @Nullable Metric vectorIndex;

  @Option(names = "--user", paramLabel = "NAME", description = "the user of the store")
  private @Nullable String user;

  @Option(
      names = "--passwordFile",
      paramLabel = "FILE",
      description = "the file whose first line is the password; every worker has it")
  private @Nullable String passwordFile;

  @Option(
      names = "--passwordEnv",
      paramLabel = "NAME",
      description = "the variable of the environment of every worker that has the password")
  private @Nullable String passwordEnv;

  /** Whether rows go to a store. */
  boolean isGiven() {
    return to != null;
  }

  /**
   * The store that is asked for.
   *
   * @param missing what happens to rows without ids
   * @param schema of the rows, where it is known before the run
   * @param options whether files are replaced
   */
  Destination destination(
      SinkColumns.Missing missing, @Nullable BatchSchema schema, JobOptions options)
      throws IOException {
    SinkColumns chosen =
        new SinkColumns(
            SinkColumns.Name.parse("--id", id == null ? "id" : id),
            SinkColumns.Name.parse("--vector", vector),
            columns.stream().map(name -> SinkColumns.Name.parse("--columns", name)).toList(),
            missing);
    if (schema != null && missing == SinkColumns.Missing.REFUSE) {
      checkHasId(schema, chosen.id().column());
    }
    BatchSchema stored = schema == null ? null : stored(schema, chosen);
    String store = String.valueOf(to);
    if (store.matches("(?i)" + JDBC + ".*")) {
      return stored(postgres(store), chosen, stored);
    }
    return store.matches("(?i)https?:.*")
        ? stored(openSearch(store), chosen, stored)
        : files(chosen, stored, options);
  }

  private static void checkHasId(BatchSchema schema, String id) {
    List<String> names = schema.columns().stream().map(ArraySpec::name).toList();
    if (!names.contains(id)) {
      throw new UsageException(
          "there is no column '" + id + "'; there are " + names + "; --id=COLUMN has the ids");
    }
  }

  private Destination stored(VectorSink sink, SinkColumns chosen, @Nullable BatchSchema stored)
      throws IOException {
    WriteVectors write =
        WriteVectors.to(sink).withId(chosen.id().stored()).withVector(chosen.vector().stored());
    try {
      sink.check();
      if (stored != null) {
        write = write.withSchema(stored);
        sink.open(VectorSchema.of(stored, chosen.id().stored(), chosen.vector().stored())).close();
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException("--to=" + shown() + ": " + e.getMessage());
    } catch (IOException e) {
      throw new EnvironmentException("--to=" + shown() + ": " + e.getMessage(), e);
    }
    return new Destination(sink.describe(), chosen, write);
  }

  private Destination files(SinkColumns chosen, @Nullable BatchSchema stored, JobOptions options)
      throws IOException {
    String file = String.valueOf(to);
    String name = file.substring(0, Math.max(0, file.lastIndexOf('.')));
    if (name.isEmpty() || name.endsWith("/") || !file.matches(".*[.](npy|tsv|parquet)")) {
      throw new UsageException(
          "--to="
              + shown()
              + " must be jdbc:postgresql://HOST:PORT/DATABASE, https://HOST:PORT/INDEX, or a file"
              + " NAME.npy, NAME.tsv or NAME.parquet");
    }
    boolean parquet = file.endsWith(".parquet");
    List<String> existing =
        OutputFiles.existing(List.of(parquet ? name + "-*-of-*.parquet" : file));
    if (!existing.isEmpty() && !options.isOverwriting()) {
      throw new UsageException(
          "--to=" + file + " exists already (" + existing.get(0) + "); use --overwrite");
    }
    if (parquet) {
      return parquet(name, chosen, stored, options);
    }
    WriteVectorFiles write =
        WriteVectorFiles.of(
                file.endsWith(".npy") ? VectorFileFormat.NPY : VectorFileFormat.PROJECTOR, name)
            .withId(chosen.id().stored())
            .withVector(chosen.vector().stored());
    return new Destination(file, chosen, stored == null ? write : write.withSchema(stored));
  }

  private Destination parquet(
      String prefix, SinkColumns chosen, @Nullable BatchSchema stored, JobOptions options)
      throws IOException {
    try {
      Class.forName("org.apache.parquet.hadoop.ParquetWriter");
    } catch (ClassNotFoundException e) {
      throw new EnvironmentException(
          "--to=" + shown() + " needs Parquet, which is not built in: HUBBEAM_PROFILES=parquet", e);
    }
    OutputFiles.delete(OutputFiles.existing(List.of(prefix + "-*-of-*.parquet")));
    WriteParquet write =
        WriteParquet.to(prefix)
            .withId(chosen.id().stored())
            .withVector(chosen.vector().stored())
            .withShards(options.shards());
    return new Destination(
        prefix + "-*.parquet", chosen, stored == null ? write : write.withSchema(stored));
  }

  private String shown() {
    return Secrets.masked(String.valueOf(to));
  }

  /** A schema with the columns that the store gets, under its names. */
  private static BatchSchema stored(BatchSchema schema, SinkColumns chosen) {
    ArraySpec unused = schema.column(chosen.id().column());
    unused = schema.column(chosen.vector().column());
    List<ArraySpec> columns = new ArrayList<>();
    for (ArraySpec column : schema.columns()) {
      String name = chosen.stored(column.name());
      if (name != null) {
        columns.add(column.named(name));
      }
    }
    return new BatchSchema(columns)
        .withDomain(chosen.vector().stored(), schema.domain(chosen.vector().column()));
  }

  private PgVectorSink postgres(String store) {
    if (table == null) {
      throw new UsageException("--to=" + shown() + " requires --table");
    }
    PgVectorSink sink;
    try {
      sink = PgVectorSink.to(store, table).withPassword(password()).withConflict(onConflict);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--to: " + e.getMessage());
    }
    sink = user == null ? sink : sink.withUser(user);
    sink = vectorIndex == null ? sink : sink.withIndex(vectorIndex);
    return createTable ? sink.withMissingTable(PgVectorSink.MissingTable.CREATE) : sink;
  }

  private OpenSearchSink openSearch(String store) {
    if (table != null || onConflict == PgVectorSink.Conflict.NOTHING) {
      throw new UsageException(
          "--table and --onConflict=NOTHING are for databases; --to=" + shown() + " is an index");
    }
    int slash = store.lastIndexOf('/');
    OpenSearchSink sink;
    try {
      sink = OpenSearchSink.to(URI.create(store.substring(0, slash)), store.substring(slash + 1));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--to: " + Secrets.maskedIn(String.valueOf(e.getMessage())));
    }
    sink = user == null ? sink : sink.withUser(user, password());
    return createTable
        ? sink.withTemplate(vectorIndex == null ? Metric.COSINE : vectorIndex)
        : sink;
  }

  private Secret password() {
    if (passwordFile != null && passwordEnv != null) {
      throw new UsageException("--passwordFile and --passwordEnv are mutually exclusive");
    }
    if (passwordFile != null) {
      return Secret.ofFile(Path.of(passwordFile));
    }
    return passwordEnv == null ? Secret.NONE : Secret.ofEnvironment(passwordEnv);
  }
}
