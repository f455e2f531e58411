// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session that copies rows into a temporary table and inserts them from there. */
final class PgWriter implements VectorSink.Writer {
  private static final Logger LOG = LoggerFactory.getLogger(PgWriter.class);

  private static final String STAGING = "pg_temp.hubbeam_staging";

  private final Connection connection;
  private final PgTable table;
  private final String insert;
  private final PgCopy copy = new PgCopy();

  private PgWriter(Connection connection, PgTable table, PgVectorSink.Conflict conflict) {
    this.connection = connection;
    this.table = table;
    this.insert = insert(table, conflict);
  }

  static PgWriter open(PgVectorSink.Settings settings, VectorSchema schema) throws IOException {
    Connection connection = PgSession.forWrites(settings);
    try {
      PgTable table = PgTable.open(connection, settings, schema);
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "create temporary table "
                + STAGING
                + " (hubbeam_row integer, "
                + staged(table)
                + ") on commit delete rows");
      }
      connection.commit();
      return new PgWriter(connection, table, settings.conflict());
    } catch (SQLException e) {
      throw closed(connection, PgErrors.ofSession(e));
    } catch (IOException e) {
      throw closed(connection, e);
    }
  }

  private static IOException closed(Connection connection, IOException failure) {
    try {
      connection.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private static String staged(PgTable table) {
    List<PgColumn> columns = table.columns();
    return IntStream.range(0, columns.size())
        .mapToObj(
            i ->
                "c"
                    + i
                    + " "
                    + columns.get(i).staged(table.extension())
                    + (columns.get(i).kind() == PgKind.TEXT ? " collate \"C\"" : ""))
        .collect(Collectors.joining(", "));
  }

  /**
   * From the temporary table: of rows with one id the last, in the order of the ids, so that two
   * workers do not wait for each other.
   */
  private static String insert(PgTable table, PgVectorSink.Conflict conflict) {
    List<PgColumn> columns = table.columns();
    String names =
        columns.stream()
            .map(column -> PgVectorSink.quoted(column.name()))
            .collect(Collectors.joining(", "));
    String values =
        IntStream.range(0, columns.size())
            .mapToObj(i -> "s.c" + i + "::" + columns.get(i).target())
            .collect(Collectors.joining(", "));
    String update =
        columns.stream()
            .skip(1)
            .map(column -> PgVectorSink.quoted(column.name()))
            .map(name -> name + " = excluded." + name)
            .collect(Collectors.joining(", "));
    return "insert into "
        + table.name()
        + " ("
        + names
        + ") select distinct on (s.c0) "
        + values
        + " from "
        + STAGING
        + " s order by s.c0, s.hubbeam_row desc on conflict ("
        + PgVectorSink.quoted(columns.get(0).name())
        + ") do "
        + (conflict == PgVectorSink.Conflict.UPDATE ? "update set " + update : "nothing");
  }

  @Override
  public WriteOutcome write(Batch rows) throws IOException {
    Map<Integer, String> refused = encode(rows);
    if (refused.size() == rows.rows()) {
      return WriteOutcome.refused(refused);
    }
    try {
      CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
      CopyIn in = manager.copyIn("copy " + STAGING + " from stdin with (format binary)");
      in.writeToCopy(copy.block(), 0, copy.position());
      in.endCopy();
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate(insert);
      }
      connection.commit();
    } catch (SQLException e) {
      PgSession.rollback(connection);
      throw PgErrors.ofWrite(e);
    }
    return WriteOutcome.refused(refused);
  }

  /** Makes the rows of a copy, without those that PostgreSQL would refuse. */
  private Map<Integer, String> encode(Batch rows) {
    List<PgColumn> columns = table.columns();
    Array[] arrays = new Array[columns.size()];
    int[][] starts = new int[columns.size()][];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = rows.column(columns.get(i).name());
      starts[i] = PgColumn.starts(arrays[i]);
    }
    Map<Integer, String> refused = new TreeMap<>();
    copy.begin();
    for (int row = 0; row < rows.rows(); row++) {
      int start = copy.position();
      copy.int16(arrays.length + 1);
      copy.int32(4);
      copy.int32(row);
      for (int i = 0; i < arrays.length; i++) {
        @Nullable String fault =
            columns.get(i).send(arrays[i], starts[i][row], starts[i][row + 1], copy);
        if (fault != null) {
          refused.put(row, "column '" + columns.get(i).name() + "': " + fault);
          copy.back(start);
          break;
        }
      }
    }
    copy.end();
    return refused;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Of a connection that broke; what was written is committed.
      LOG.debug("{}", PgErrors.reason(e));
    }
  }
}
