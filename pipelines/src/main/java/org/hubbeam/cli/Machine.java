// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a machine is like, read from its files.
 *
 * @param root the folder that stands for {@code /}
 */
record Machine(Path root) {

  private static final List<String> LIBRARY_FOLDERS =
      List.of(
          "lib",
          "lib64",
          "usr/lib",
          "usr/lib64",
          "lib/x86_64-linux-gnu",
          "lib/aarch64-linux-gnu",
          "usr/lib/x86_64-linux-gnu",
          "usr/lib/aarch64-linux-gnu");

  /** The machine that this JVM runs on. */
  static final Machine THIS = new Machine(Path.of("/"));

  /** Whether it is Linux. */
  boolean isLinux() {
    return Files.exists(root.resolve("proc/self"));
  }

  /** Whether its C library is musl, as on Alpine. */
  boolean isMusl() {
    String[] names = root.resolve("lib").toFile().list();
    return names != null && Arrays.stream(names).anyMatch(name -> name.startsWith("ld-musl"));
  }

  /** A shared library in one of the usual folders. */
  Optional<Path> library(String name) {
    return LIBRARY_FOLDERS.stream()
        .map(folder -> root.resolve(folder).resolve(name))
        .filter(Files::exists)
        .findFirst();
  }

  /** Whether a library has this version of an interface, {@code GLIBCXX_3.4.29}. */
  boolean provides(Path library, String version) {
    try {
      // The name as a whole: it ends with a zero byte in the library's string table.
      return new String(Files.readAllBytes(library), StandardCharsets.ISO_8859_1)
          .contains(version + "\0");
    } catch (IOException e) {
      return false;
    }
  }

  /** What the processor can, {@code avx2}; empty where it is not told. */
  Set<String> cpuFlags() {
    return text("proc/cpuinfo")
        .lines()
        .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
        .limit(1)
        .flatMap(line -> Arrays.stream(line.substring(line.indexOf(':') + 1).strip().split(" ")))
        .collect(Collectors.toSet());
  }

  /** The processor's name. */
  String cpuName() {
    return text("proc/cpuinfo")
        .lines()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  /** The bytes of memory that this container may take; empty without such a limit. */
  OptionalLong containerLimit() {
    return Stream.of("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")
        .map(this::text)
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .filter(limit -> limit < memory())
        .findFirst();
  }

  /** The bytes of memory of the machine. */
  long memory() {
    return text("proc/meminfo")
        .lines()
        .filter(line -> line.startsWith("MemTotal:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseGet(
            () ->
                ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                    .getTotalMemorySize());
  }

  /** Whether an NVIDIA driver is loaded. */
  boolean hasNvidiaDriver() {
    return Files.exists(root.resolve("proc/driver/nvidia/version"))
        || Files.exists(root.resolve("dev/nvidiactl"));
  }

  private String text(String file) {
    try {
      return Files.readString(root.resolve(file));
    } catch (IOException e) {
      return "";
    }
  }
}
