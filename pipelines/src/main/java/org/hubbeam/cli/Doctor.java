// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.NativeRuntime;
import org.hubbeam.model.ProcessTools;

/** Checks whether modules can run on a machine, and suggests fixes. */
final class Doctor {

  private static final long NATIVES_BYTES = 750L << 20;
  private static final long ROOM_FOR_MODULES = 1L << 30;

  private final Machine machine;
  private final Jvm jvm;

  /** The properties of the JVM that are checked. */
  record Jvm(String version, String architecture, long maxHeap, String temporaryFolder) {

    /** The JVM that this runs in. */
    static Jvm current() {
      return new Jvm(
          System.getProperty("java.version"),
          System.getProperty("os.arch"),
          Runtime.getRuntime().maxMemory(),
          System.getProperty("java.io.tmpdir"));
    }
  }

  Doctor(Machine machine, Jvm jvm) {
    this.machine = machine;
    this.jvm = jvm;
  }

  /** The checks that come before loading the native libraries, which can crash the process. */
  List<Finding> checkSystem() {
    List<Finding> findings = new ArrayList<>();
    findings.add(javaVersion());
    findings.add(system());
    if (machine.isLinux()) {
      findings.add(libc());
      findings.add(libstdc());
    }
    findings.add(processor());
    findings.add(nativeCache());
    findings.add(temporaryFolder());
    findings.add(memory());
    findings.add(isolation(ProcessTools.found()));
    return findings;
  }

  /** Loads TensorFlow, asks whether it computes with oneDNN, and lists its devices. */
  List<Finding> checkNatives() {
    try {
      long start = System.nanoTime();
      NativeRuntime runtime = NativeRuntime.load();
      Finding loads =
          Finding.fine(
              "TensorFlow",
              runtime.version()
                  + " for "
                  + runtime.platform()
                  + ", loaded in "
                  + Formatting.seconds((System.nanoTime() - start) / 1e9));
      return List.of(loads, Finding.fine("oneDNN", runtime.oneDnn()), devices(runtime));
    } catch (ModuleException e) {
      return List.of(
          Finding.broken(
              "TensorFlow",
              Errors.oneLine(Errors.ownMessage(e)),
              "fix the problems above; if there are none, delete the native cache and run again"));
    }
  }

  private Finding javaVersion() {
    int major = Integer.parseInt(jvm.version().split("[^0-9]", 2)[0]);
    return major >= 17
        ? Finding.fine("Java", jvm.version() + ", " + jvm.architecture())
        : Finding.broken(
            "Java", jvm.version(), "install a JDK 17 or newer, and set JAVA_HOME to it");
  }

  private Finding system() {
    String name = System.getProperty("os.name");
    boolean knownArchitecture =
        Set.of("amd64", "x86_64", "aarch64", "arm64").contains(jvm.architecture());
    if (!knownArchitecture) {
      return Finding.broken(
          "system",
          name + " on " + jvm.architecture(),
          "TensorFlow has native libraries for 64-bit x86 and ARM only");
    }
    if (name.startsWith("Mac") && !jvm.architecture().equals("aarch64")) {
      return Finding.broken(
          "system",
          name + " on " + jvm.architecture(),
          "install an aarch64 JDK; TensorFlow has no libraries for Intel Macs, and an x86 JDK"
              + " cannot load those for Apple silicon");
    }
    return Finding.fine("system", name + " " + System.getProperty("os.version"));
  }

  private Finding libc() {
    if (machine.isMusl()) {
      return Finding.broken(
          "libc",
          "musl, as on Alpine Linux",
          "use an image with glibc, such as Debian 12 or newer");
    }
    Path libc = machine.library("libc.so.6").orElse(null);
    if (libc == null) {
      return Finding.poor("libc", "not found", "install glibc 2.34 or newer");
    }
    return machine.provides(libc, "GLIBC_2.34")
        ? Finding.fine("libc", "glibc, 2.34 or newer")
        : Finding.broken(
            "libc",
            "glibc older than 2.34",
            "use a newer system: Debian 12, Ubuntu 22.04, RHEL 9 or newer");
  }

  private Finding libstdc() {
    Path library = machine.library("libstdc++.so.6").orElse(null);
    if (library == null) {
      return Finding.broken(
          "libstdc++",
          "not found",
          "install it: apt-get install libstdc++6, or dnf install libstdc++");
    }
    return machine.provides(library, "GLIBCXX_3.4.29")
        ? Finding.fine("libstdc++", "GLIBCXX_3.4.29 or newer")
        : Finding.broken(
            "libstdc++", "older than GLIBCXX_3.4.29", "install libstdc++ of GCC 11 or newer");
  }

  private Finding processor() {
    Set<String> flags = machine.cpuFlags();
    String name = machine.cpuName();
    boolean x86 = Set.of("amd64", "x86_64").contains(jvm.architecture());
    if (!x86 || flags.isEmpty()) {
      return Finding.fine("processor", name);
    }
    if (!flags.contains("avx")) {
      return Finding.broken(
          "processor",
          name + " without AVX",
          "TensorFlow crashes with SIGILL; use a processor with AVX, and enable it in the virtual"
              + " machine");
    }
    return flags.contains("avx2") && flags.contains("fma")
        ? Finding.fine("processor", name + ", AVX2 and FMA")
        : Finding.poor(
            "processor",
            name + " without AVX2 or FMA",
            "TensorFlow is slow here; use a newer processor");
  }

  private Finding nativeCache() {
    String setting = System.getProperty("org.bytedeco.javacpp.cachedir");
    Path folder =
        setting == null
            ? Path.of(System.getProperty("user.home"), ".javacpp", "cache")
            : Path.of(setting);
    return folder("native cache", folder, NATIVES_BYTES, "set HUBBEAM_CACHE to a folder");
  }

  private Finding temporaryFolder() {
    return folder(
        "temp folder",
        Path.of(jvm.temporaryFolder()),
        1L << 28,
        "set HUBBEAM_JAVA_OPTS=-Djava.io.tmpdir=FOLDER to a folder");
  }

  private static Finding folder(String subject, Path folder, long needed, String fix) {
    Path existing = folder.toAbsolutePath();
    for (Path at = existing; at != null && !Files.exists(existing); at = at.getParent()) {
      existing = at;
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String found = folder + ", " + Formatting.bytes(free) + " free";
      if (!Files.isWritable(existing)) {
        return Finding.broken(subject, folder + " is not writable", fix + " that is");
      }
      boolean used = Files.isDirectory(folder) && folder.toFile().list().length > 0;
      return free >= needed || used
          ? Finding.fine(subject, found)
          : Finding.broken(subject, found, fix + " with " + Formatting.bytes(needed) + " free");
    } catch (IOException e) {
      return Finding.broken(subject, folder + ": " + e.getMessage(), fix + " that can be read");
    }
  }

  private Finding memory() {
    OptionalLong container = machine.containerLimit();
    long limit = container.orElse(machine.memory());
    // Flink's exchanges and I/O take direct memory, which by default may grow as large as the heap.
    long left = limit - jvm.maxHeap();
    String found =
        Formatting.bytes(limit)
            + (container.isPresent() ? " in this container" : "")
            + "; the heap may use "
            + Formatting.bytes(jvm.maxHeap())
            + ", leaving "
            + Formatting.bytes(Math.max(0, left))
            + " for modules and buffers";
    return left >= ROOM_FOR_MODULES
        ? Finding.fine("memory", found)
        : Finding.poor(
            "memory", found, "set HUBBEAM_HEAP to a lower value, such as 512m, or add memory");
  }

  static Finding isolation(ProcessTools tools) {
    List<String> gaps = tools.gaps();
    if (gaps.isEmpty()) {
      return Finding.fine(
          "isolation", "bwrap: with --isolate, no network, and only the files that it needs");
    }
    String found = "with --isolate, a module's process is not fully walled in: ";
    return tools.walled()
        ? Finding.fine("isolation", found + String.join(", ", gaps))
        : Finding.poor(
            "isolation",
            found + String.join(", ", gaps),
            "for --isolate, install bubblewrap, and allow user namespaces");
  }

  private Finding devices(NativeRuntime runtime) {
    List<String> devices = runtime.devices();
    List<String> gpus = devices.stream().filter(d -> d.contains("GPU")).toList();
    if (!gpus.isEmpty()) {
      return Finding.fine("GPU", String.join(", ", gpus));
    }
    return machine.hasNvidiaDriver()
        ? Finding.poor(
            "GPU",
            "found, but TensorFlow does not use it",
            "build with HUBBEAM_PROFILES=gpu, and install CUDA 12 and cuDNN 9")
        : Finding.fine("GPU", "none; modules run on the CPU");
  }
}
