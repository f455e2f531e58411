// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/** Connects to a database. */
final class PgSession {
  private static final String DRIVER = "org.postgresql.Driver";

  private PgSession() {}

  /** For writes, whose answers come within five minutes; else the server is not there any more. */
  static Connection forWrites(PgVectorSink.Settings settings) throws IOException {
    return open(settings, "300");
  }

  /** For what may take hours. */
  static Connection forIndex(PgVectorSink.Settings settings) throws IOException {
    return open(settings, "0");
  }

  /** A connection whose transactions are to be committed. */
  private static Connection open(PgVectorSink.Settings settings, String seconds)
      throws IOException {
    try {
      Class.forName(DRIVER);
    } catch (ClassNotFoundException e) {
      throw new IOException(
          "PostgreSQL needs its driver org.postgresql:postgresql on the class path", e);
    }
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "hubbeam");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", seconds);
    if (settings.user() != null) {
      properties.setProperty("user", settings.user());
    }
    Optional<String> password = settings.password().read();
    password.ifPresent(value -> properties.setProperty("password", value));
    try {
      Connection connection = DriverManager.getConnection(settings.url(), properties);
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      throw PgErrors.ofSession(e);
    }
  }

  /** Ends a transaction, if the connection is there. */
  static void rollback(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      try {
        connection.close();
      } catch (SQLException closing) {
        e.addSuppressed(closing);
      }
    }
  }
}
