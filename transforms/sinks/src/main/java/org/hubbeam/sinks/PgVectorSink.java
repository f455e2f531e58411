// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.io.Serializable;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.Metric;
import org.jspecify.annotations.Nullable;

/**
 * A table of PostgreSQL with the extension pgvector. Managed databases such as AlloyDB and Cloud
 * SQL are the same by their JDBC URLs.
 *
 * <pre>{@code
 * PgVectorSink.to("jdbc:postgresql://db.example.org/docs", "sentences")
 *     .withUser("writer")
 *     .withPassword(Secret.ofEnvironment("DB_PASSWORD"))
 *     .withMissingTable(PgVectorSink.MissingTable.CREATE)
 *     .withIndex(Metric.COSINE)
 * }</pre>
 *
 * <p>The columns of the rows are those of the table of the same names. Before a row is written, the
 * table is compared with them: it must have all of them, of types that their values can become, the
 * vectors' length, and a unique index on the id. A column {@code vector} or {@code halfvec} takes a
 * vector, an array lists, any other column one value; where a row has none it is null. {@code text}
 * must be UTF-8 without zero bytes; {@code bytea} takes all bytes.
 *
 * <p>Each write is one transaction: a binary {@code COPY} into a temporary table of the session,
 * and an {@code INSERT .. ON CONFLICT} from there. Several workers may write at the same time. What
 * is between must keep sessions, as a connection pool in transaction mode does not.
 *
 * <p>Needs {@code org.postgresql:postgresql} on the class path.
 */
public final class PgVectorSink implements VectorSink {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  /** What happens if there is no table of this name. */
  public enum MissingTable {
    /** The job fails. */
    REFUSE,
    /**
     * It is created, and the extension, too: {@code text}, {@code bigint}, {@code real}, {@code
     * double precision}, {@code boolean} and arrays of these; the vectors as {@code vector}, those
     * of more than 2,000 numbers, which an index of {@code vector} cannot have, as {@code halfvec}.
     */
    CREATE
  }

  /** What happens to a row whose id is in the table already. */
  public enum Conflict {
    /** Its columns are replaced. */
    UPDATE,
    /** It stays as it is. */
    NOTHING
  }

  /**
   * What is written where.
   *
   * @param user null for that of the driver: of the URL, or of the system
   * @param index the distance that an index is made for; null for no index
   */
  record Settings(
      String url,
      String table,
      @Nullable String user,
      Secret password,
      MissingTable missing,
      Conflict conflict,
      @Nullable Metric index,
      int m,
      int efConstruction,
      WriteLimits limits)
      implements Serializable {}

  private PgVectorSink(Settings settings) {
    this.settings = settings;
  }

  /**
   * To a table.
   *
   * @param url of the database: {@code jdbc:postgresql://HOST:PORT/DATABASE}
   * @param table its name, perhaps with its schema: {@code docs.sentences}
   * @throws IllegalArgumentException if the URL is none of PostgreSQL, or has a password
   */
  public static PgVectorSink to(String url, String table) {
    PgUrl.check(url);
    if (table.isBlank()) {
      throw new IllegalArgumentException("a table has a name");
    }
    return new PgVectorSink(
        new Settings(
            url,
            table,
            null,
            Secret.NONE,
            MissingTable.REFUSE,
            Conflict.UPDATE,
            null,
            HnswOptions.DEFAULT.m(),
            HnswOptions.DEFAULT.efConstruction(),
            WriteLimits.DEFAULT));
  }

  /** Sets the user. */
  public PgVectorSink withUser(String value) {
    Settings s = settings;
    return new PgVectorSink(
        new Settings(
            s.url,
            s.table,
            value,
            s.password,
            s.missing,
            s.conflict,
            s.index,
            s.m,
            s.efConstruction,
            s.limits));
  }

  /**
   * Sets where the password is. Without one the driver looks for it: in the file {@code .pgpass} of
   * the worker's user, or that which the variable {@code PGPASSFILE} names.
   */
  public PgVectorSink withPassword(Secret value) {
    Settings s = settings;
    return new PgVectorSink(
        new Settings(
            s.url,
            s.table,
            s.user,
            value,
            s.missing,
            s.conflict,
            s.index,
            s.m,
            s.efConstruction,
            s.limits));
  }

  /** Sets what happens if there is no table of this name. */
  public PgVectorSink withMissingTable(MissingTable value) {
    Settings s = settings;
    return new PgVectorSink(
        new Settings(
            s.url,
            s.table,
            s.user,
            s.password,
            value,
            s.conflict,
            s.index,
            s.m,
            s.efConstruction,
            s.limits));
  }

  /** Sets what happens to a row whose id is in the table already. */
  public PgVectorSink withConflict(Conflict value) {
    Settings s = settings;
    return new PgVectorSink(
        new Settings(
            s.url,
            s.table,
            s.user,
            s.password,
            s.missing,
            value,
            s.index,
            s.m,
            s.efConstruction,
            s.limits));
  }

  /**
   * Makes an HNSW index for this distance when all rows are there, unless the table has one. It
   * takes {@code vector} up to 2,000 numbers and {@code halfvec} up to 4,000.
   */
  public PgVectorSink withIndex(Metric value) {
    Settings s = settings;
    return new PgVectorSink(
        new Settings(
            s.url,
            s.table,
            s.user,
            s.password,
            s.missing,
            s.conflict,
            value,
            s.m,
            s.efConstruction,
            s.limits));
  }

  /** Sets the parameters of the index. */
  public PgVectorSink withIndexOptions(HnswOptions value) {
    Settings s = settings;
    return new PgVectorSink(
        new Settings(
            s.url,
            s.table,
            s.user,
            s.password,
            s.missing,
            s.conflict,
            s.index,
            value.m(),
            value.efConstruction(),
            s.limits));
  }

  /** Sets how much one write, which is a transaction, may have. */
  public PgVectorSink withLimits(WriteLimits value) {
    Settings s = settings;
    return new PgVectorSink(
        new Settings(
            s.url,
            s.table,
            s.user,
            s.password,
            s.missing,
            s.conflict,
            s.index,
            s.m,
            s.efConstruction,
            value));
  }

  @Override
  public String describe() {
    return PgUrl.shown(settings.url) + " table " + settings.table;
  }

  @Override
  public WriteLimits limits() {
    return settings.limits;
  }

  @Override
  public void check() throws IOException {
    PgTable.check(settings);
  }

  @Override
  public Writer open(VectorSchema schema) throws IOException {
    return PgWriter.open(settings, schema);
  }

  @Override
  public void finish(VectorSchema schema) throws IOException {
    if (settings.index != null) {
      PgIndex.create(settings, schema, settings.index);
    }
  }

  /** The name of the distance that an index is for, as pgvector has it in its operator classes. */
  static String distance(Metric metric) {
    return switch (metric) {
      case COSINE -> "cosine";
      case DOT -> "ip";
      case EUCLIDEAN -> "l2";
    };
  }

  /** A name of SQL as it is. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
