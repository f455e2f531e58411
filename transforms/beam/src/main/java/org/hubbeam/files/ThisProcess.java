// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.hubbeam.batch.Internal;

/** What tells this process from all others. */
@Internal
public final class ThisProcess {

  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

  private ThisProcess() {}

  /** The name of this machine. */
  public static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return System.getenv().getOrDefault("HOSTNAME", "unknown host");
    }
  }

  /** Its number on this machine, or in this container. */
  public static long pid() {
    return ProcessHandle.current().pid();
  }

  /** When it was started; {@link Instant#EPOCH} where that is not known. */
  public static Instant started() {
    return started(ProcessHandle.current());
  }

  /** When another process of this machine was started. */
  public static Instant started(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  /**
   * Where the numbers of processes are those of this one: machines and containers may have the same
   * name, and processes the same numbers.
   */
  public static String scope() {
    try {
      return Files.readString(BOOT).strip() + " " + Files.readSymbolicLink(NAMESPACE);
    } catch (IOException | UnsupportedOperationException e) {
      return System.getProperty("os.name");
    }
  }

  /** Machine and number, for messages: {@code worker-3 (process 4711)}. */
  public static String name() {
    return host() + " (process " + pid() + ")";
  }
}
