// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import org.hubbeam.batch.Secrets;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** What the states of SQL mean for a write. */
final class PgErrors {

  /** Values that no row may have: of data, constraints, cardinality, checks of views, functions. */
  private static final Set<String> ROWS = Set.of("21", "22", "23", "44", "54", "P0");

  /** Connections, rolled back transactions, resources, the operator, the system. */
  private static final Set<String> LATER = Set.of("08", "40", "53", "57", "58");

  /** What the driver says of a value that it cannot send. */
  private static final String PROTOCOL = "08P01";

  private static final String LOCK = "55P03";

  /** The server knows no such user, or not this password, or has no such database. */
  private static final Set<String> NO_ENTRY = Set.of("28", "3D");

  private PgErrors() {}

  /** What {@link WriteVectors} is told of a failed write. */
  static IOException ofWrite(SQLException failure) {
    String state = state(failure);
    if (state.equals(PROTOCOL) || ROWS.contains(group(state))) {
      return new BatchRefusedException(reason(failure), failure);
    }
    return ofSession(failure);
  }

  /** What {@link WriteVectors} is told of anything else that failed. */
  static IOException ofSession(SQLException failure) {
    String state = state(failure);
    if (state.equals(LOCK) || LATER.contains(group(state))) {
      return new StoreBusyException(reason(failure), failure);
    }
    return new IOException(
        NO_ENTRY.contains(group(state))
            ? reason(failure) + "; see the user, the password and the name of the database"
            : reason(failure),
        failure);
  }

  /** Whether somebody else did the same at the same time: it is there now. */
  static boolean isThereAlready(SQLException failure) {
    return Set.of("42P07", "42710", "23505").contains(state(failure));
  }

  /** One line of what the server, or the driver, says. */
  static String reason(SQLException failure) {
    String said =
        failure instanceof PSQLException pg && pg.getServerErrorMessage() != null
            ? pg.getServerErrorMessage().getMessage()
            : failure.getMessage();
    String line = Secrets.maskedIn(String.valueOf(said)).replaceAll("\\s+", " ").strip();
    return "PostgreSQL: " + line + " (" + state(failure) + ")";
  }

  private static String state(SQLException failure) {
    @Nullable String state = failure.getSQLState();
    return state == null ? "" : state;
  }

  private static String group(String state) {
    return state.length() < 2 ? "" : state.substring(0, 2);
  }
}
