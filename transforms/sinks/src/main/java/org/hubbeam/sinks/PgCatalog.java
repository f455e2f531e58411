// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the catalog of a database knows. */
final class PgCatalog {
  private final Connection connection;

  PgCatalog(Connection connection) {
    this.connection = connection;
  }

  /**
   * A column of a table.
   *
   * @param type as it is written in SQL: {@code vector(128)}
   * @param cast the same without its length: a cast to a length cuts in silence
   * @param base the type's name, without its schema: {@code vector}, {@code int8}
   * @param element of an array the name of its elements' type; else empty
   * @param modifier the length of a vector; -1 for any
   * @param required no value may be null, and nothing gives one
   * @param generated the server gives all values
   */
  record Column(
      String type,
      String cast,
      String base,
      String element,
      int modifier,
      boolean required,
      boolean generated) {}

  /** The schema of the extension, quoted; empty if the database has not got it. */
  Optional<String> extension() throws SQLException {
    return strings(
            "select quote_ident(n.nspname) from pg_extension e join pg_namespace n"
                + " on n.oid = e.extnamespace where e.extname = 'vector'")
        .stream()
        .findFirst();
  }

  /** Whether the server could create the extension. */
  boolean extensionIsAvailable() throws SQLException {
    return !strings("select name from pg_available_extensions where name = 'vector'").isEmpty();
  }

  /** The number of a table that this name, as SQL has it, is for; empty if there is none. */
  Optional<String> table(String quoted) throws SQLException {
    return strings(
            "select c.oid::text from pg_class c where c.oid = to_regclass(?) and c.relkind in"
                + " ('r', 'p')",
            quoted)
        .stream()
        .findFirst();
  }

  /** Some tables with vectors. */
  List<String> tablesWithVectors() throws SQLException {
    return strings(
        "select distinct c.oid::regclass::text from pg_attribute a join pg_class c on c.oid ="
            + " a.attrelid join pg_type t on t.oid = a.atttypid where t.typname in ('vector',"
            + " 'halfvec') and c.relkind in ('r', 'p') and pg_table_is_visible(c.oid) and not"
            + " a.attisdropped order by 1 limit 10");
  }

  /** The columns of a table by their names. */
  Map<String, Column> columns(String table) throws SQLException {
    try (PreparedStatement asked =
        connection.prepareStatement(
            "select a.attname, format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, -1),"
                + " t.typname, coalesce(e.typname,"
                + " ''), a.atttypmod, a.attnotnull and not a.atthasdef and a.attidentity = '',"
                + " a.attgenerated <> '' or a.attidentity = 'a' from pg_attribute a join pg_type t"
                + " on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and"
                + " t.typcategory = 'A' where a.attrelid = ?::oid and a.attnum > 0 and not"
                + " a.attisdropped order by a.attnum")) {
      asked.setString(1, table);
      Map<String, Column> columns = new LinkedHashMap<>();
      try (ResultSet found = asked.executeQuery()) {
        while (found.next()) {
          columns.put(
              found.getString(1),
              new Column(
                  found.getString(2),
                  found.getString(3),
                  found.getString(4),
                  found.getString(5),
                  found.getInt(6),
                  found.getBoolean(7),
                  found.getBoolean(8)));
        }
      }
      return columns;
    }
  }

  /** The columns of a table that a unique index is on, each by itself and for all rows. */
  Set<String> uniqueColumns(String table) throws SQLException {
    return new LinkedHashSet<>(
        strings(
            "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and"
                + " a.attnum = i.indkey[0] where i.indrelid = ?::oid and i.indisunique and"
                + " i.indnkeyatts = 1 and i.indpred is null and i.indimmediate and i.indisvalid",
            table));
  }

  /** The valid HNSW indexes of a table on this column with this class of operators. */
  List<String> hnswIndexes(String table, String column, String operators) throws SQLException {
    return strings(
        "select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid ="
            + " i.indexrelid join pg_am m on m.oid = c.relam join pg_opclass o on o.oid ="
            + " i.indclass[0] join pg_attribute a on a.attrelid = i.indrelid and a.attnum ="
            + " i.indkey[0] where i.indrelid = ?::oid and m.amname = 'hnsw' and a.attname = ? and"
            + " o.opcname = ? and i.indisvalid and i.indpred is null",
        table,
        column,
        operators);
  }

  private List<String> strings(String sql, String... values) throws SQLException {
    try (PreparedStatement asked = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        asked.setString(i + 1, values[i]);
      }
      List<String> all = new ArrayList<>();
      try (ResultSet found = asked.executeQuery()) {
        while (found.next()) {
          all.add(found.getString(1));
        }
      }
      return all;
    }
  }
}
