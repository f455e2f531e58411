// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Suggestions;
import org.jspecify.annotations.Nullable;

/**
 * A table that rows of a schema can be written to.
 *
 * @param id its number in the catalog
 * @param name quoted
 * @param extension the schema of pgvector, quoted
 * @param columns in the order of the schema: the id, the vector, the others
 */
record PgTable(String id, String name, String extension, List<PgColumn> columns) {

  /** The most numbers of a {@code vector} that an index takes. */
  static final int MOST_VECTOR = 2000;

  /** The most numbers of a {@code halfvec} that an index takes. */
  static final int MOST_HALFVEC = 4000;

  /** The most numbers that either has. */
  private static final int MOST = 16_000;

  PgTable {
    columns = List.copyOf(columns);
  }

  /** The column of the vectors. */
  PgColumn vector() {
    return columns.get(1);
  }

  /** A name of SQL, perhaps with its schema. */
  static String quoted(String table) {
    return Arrays.stream(table.split("\\.", 2))
        .map(PgVectorSink::quoted)
        .collect(Collectors.joining("."));
  }

  /**
   * Finds the table, or creates it where that is asked for, and compares it with the schema.
   * Commits.
   *
   * @throws IOException saying all that does not fit
   */
  static PgTable open(Connection connection, PgVectorSink.Settings settings, VectorSchema schema)
      throws IOException, SQLException {
    if (schema.dimension() > MOST) {
      throw new IOException(
          "a vector of PostgreSQL has at most " + MOST + " numbers, not " + schema.dimension());
    }
    PgCatalog catalog = new PgCatalog(connection);
    String name = quoted(settings.table());
    String extension = extension(connection, catalog, settings);
    String id = catalog.table(name).orElse(null);
    if (id == null && settings.missing() == PgVectorSink.MissingTable.CREATE) {
      alone(connection, settings, created(settings, schema, extension));
      id = catalog.table(name).orElse(null);
    }
    if (id == null) {
      throw missing(catalog, settings);
    }
    PgTable table = new PgTable(id, name, extension, compared(catalog, id, settings, schema));
    connection.commit();
    table.checkIndex(settings, schema.dimension());
    return table;
  }

  /** Says what is wrong with the database, or the missing table. */
  static void check(PgVectorSink.Settings settings) throws IOException {
    try (Connection connection = PgSession.forWrites(settings)) {
      PgCatalog catalog = new PgCatalog(connection);
      String unused = extension(connection, catalog, settings);
      if (settings.missing() == PgVectorSink.MissingTable.REFUSE
          && catalog.table(quoted(settings.table())).isEmpty()) {
        throw missing(catalog, settings);
      }
    } catch (SQLException e) {
      throw PgErrors.ofSession(e);
    }
  }

  private static IOException missing(PgCatalog catalog, PgVectorSink.Settings settings)
      throws SQLException {
    List<String> others = catalog.tablesWithVectors();
    return new IOException(
        "there is no table "
            + settings.table()
            + " in "
            + PgUrl.shown(settings.url())
            + (others.isEmpty() ? "" : "; tables with vectors are " + String.join(", ", others))
            + "; it can be created (--createTable)");
  }

  private static String extension(
      Connection connection, PgCatalog catalog, PgVectorSink.Settings settings)
      throws IOException, SQLException {
    String schema = catalog.extension().orElse(null);
    if (schema == null && settings.missing() == PgVectorSink.MissingTable.CREATE) {
      if (!catalog.extensionIsAvailable()) {
        throw new IOException(
            "the server of " + PgUrl.shown(settings.url()) + " has no pgvector; install it there");
      }
      alone(connection, settings, "create extension if not exists vector");
      schema = catalog.extension().orElse(null);
    }
    if (schema == null) {
      throw new IOException(
          "the database "
              + PgUrl.shown(settings.url())
              + " has no pgvector; let its owner run CREATE EXTENSION vector");
    }
    return schema;
  }

  /** Does what only one worker may do at a time; the others find that it is done. */
  static void alone(Connection connection, PgVectorSink.Settings settings, String sql)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "select pg_advisory_xact_lock(hashtext('hubbeam'), hashtext('"
              + settings.table().replace("'", "''")
              + "'))");
      statement.execute(sql);
    } catch (SQLException e) {
      if (!PgErrors.isThereAlready(e)) {
        throw e;
      }
      connection.rollback();
    }
    connection.commit();
  }

  private static String created(
      PgVectorSink.Settings settings, VectorSchema schema, String extension) throws IOException {
    List<String> columns = new ArrayList<>();
    columns.add(
        PgVectorSink.quoted(schema.id().name())
            + " "
            + PgKind.created(schema.id().dtype()).type()
            + " primary key");
    int dimension = schema.dimension();
    String vector = dimension > MOST_VECTOR ? "halfvec" : "vector";
    columns.add(
        PgVectorSink.quoted(schema.vector().name())
            + String.format(" %s.%s(%d) not null", extension, vector, dimension));
    for (ArraySpec column : schema.columns()) {
      if (column.shape().rank() > 2 || column.dtype().isComplex()) {
        throw new IOException(
            "the column " + column + " has no type of PostgreSQL; leave it out (--columns)");
      }
      columns.add(
          PgVectorSink.quoted(column.name())
              + " "
              + PgKind.created(column.dtype()).type()
              + (column.shape().rank() == 2 ? "[]" : ""));
    }
    return "create table if not exists "
        + quoted(settings.table())
        + " ("
        + String.join(", ", columns)
        + ")";
  }

  private static List<PgColumn> compared(
      PgCatalog catalog, String id, PgVectorSink.Settings settings, VectorSchema schema)
      throws IOException, SQLException {
    Map<String, PgCatalog.Column> there = catalog.columns(id);
    List<ArraySpec> given =
        Stream.concat(Stream.of(schema.id(), schema.vector()), schema.columns().stream()).toList();
    List<PgColumn> columns = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (ArraySpec source : given) {
      PgCatalog.@Nullable Column column = there.get(source.name());
      if (column == null) {
        faults.add(
            "'"
                + source.name()
                + "' is no column of the table"
                + Suggestions.didYouMean(source.name(), there.keySet()));
        continue;
      }
      try {
        columns.add(PgColumn.of(source, column));
      } catch (PgColumn.MismatchException e) {
        faults.add(String.valueOf(e.getMessage()));
      }
    }
    Set<String> names = given.stream().map(ArraySpec::name).collect(Collectors.toSet());
    there.forEach(
        (name, column) -> {
          if (column.required() && !names.contains(name)) {
            faults.add("'" + name + "' may not be null in the table, and the rows have none");
          }
        });
    if (there.containsKey(schema.id().name())
        && !catalog.uniqueColumns(id).contains(schema.id().name())) {
      faults.add(
          "'" + schema.id().name() + "' has no unique index by itself, which rows are found by");
    }
    if (!faults.isEmpty()) {
      throw new IOException(
          "the table "
              + settings.table()
              + " ("
              + there.entrySet().stream()
                  .map(column -> column.getKey() + " " + column.getValue().type())
                  .collect(Collectors.joining(", "))
              + ") does not fit the rows: "
              + String.join("; ", faults));
    }
    return columns;
  }

  private void checkIndex(PgVectorSink.Settings settings, int dimension) throws IOException {
    int most = vector().kind() == PgKind.VECTOR ? MOST_VECTOR : MOST_HALFVEC;
    if (settings.index() != null && dimension > most) {
      throw new IOException(
          "an index takes a "
              + vector().kind().type()
              + " of at most "
              + String.format("%,d", most)
              + " numbers, not "
              + String.format("%,d", dimension)
              + (most == MOST_VECTOR && dimension <= MOST_HALFVEC
                  ? "; make the column halfvec(" + dimension + ")"
                  : ""));
    }
  }
}
