// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.hubbeam.search.Metric;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the index of a table when its rows are there. */
final class PgIndex {
  private static final Logger LOG = LoggerFactory.getLogger(PgIndex.class);

  /** The most bytes of a name. */
  private static final int NAME = 63;

  private PgIndex() {}

  /** Makes the index, unless the table has one for this distance. */
  static void create(PgVectorSink.Settings settings, VectorSchema schema, Metric metric)
      throws IOException {
    try (Connection connection = PgSession.forIndex(settings)) {
      PgTable table = PgTable.open(connection, settings, schema);
      String column = table.vector().name();
      String operators =
          table.vector().kind().type() + "_" + PgVectorSink.distance(metric) + "_ops";
      PgCatalog catalog = new PgCatalog(connection);
      if (catalog.hnswIndexes(table.id(), column, operators).isEmpty()) {
        PgTable.alone(
            connection,
            settings,
            String.format(
                "create index if not exists %s on %s using hnsw (%s %s.%s) with (m = %d,"
                    + " ef_construction = %d)",
                PgVectorSink.quoted(name(settings.table(), column, metric)),
                table.name(),
                PgVectorSink.quoted(column),
                table.extension(),
                operators,
                settings.m(),
                settings.efConstruction()));
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute("analyze " + table.name());
        for (SQLWarning told = statement.getWarnings();
            told != null;
            told = told.getNextWarning()) {
          LOG.warn("{}", told.getMessage());
        }
      }
      connection.commit();
    } catch (SQLException e) {
      throw PgErrors.ofSession(e);
    }
  }

  /** A name of its own, of at most 63 bytes. */
  private static String name(String table, String column, Metric metric) {
    String plain = table.substring(table.indexOf('.') + 1) + "_" + column;
    String end = "_hnsw_" + PgVectorSink.distance(metric);
    String name = plain + end;
    if (name.getBytes(StandardCharsets.UTF_8).length <= NAME) {
      return name;
    }
    String hashed = Integer.toHexString(plain.hashCode());
    String start = plain.replaceAll("[^A-Za-z0-9_]", "_");
    int room = NAME - end.length() - 1 - hashed.length();
    return start.substring(0, Math.min(start.length(), room)) + "_" + hashed + end;
  }
}
