// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a module's process is started: its command line, its environment, and what it can see. */
final class ProcessCommand {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessCommand.class);

  /** Settings of TensorFlow and its libraries that change results or speed, and no secrets. */
  private static final List<String> ENVIRONMENT =
      List.of(
          "LANG",
          "LC_ALL",
          "LC_CTYPE",
          "LD_LIBRARY_PATH",
          "CUDA_VISIBLE_DEVICES",
          "OMP_NUM_THREADS",
          "MALLOC_ARENA_MAX",
          "TF_ENABLE_ONEDNN_OPTS",
          "TF_ONEDNN_USE_SYSTEM_ALLOCATOR",
          "TF_CPP_MIN_LOG_LEVEL",
          "TF_NUM_INTEROP_THREADS",
          "TF_NUM_INTRAOP_THREADS",
          "TF_DETERMINISTIC_OPS",
          "TF_FORCE_GPU_ALLOW_GROWTH",
          "TF_GPU_ALLOCATOR");

  /** One class of each jar that this artifact depends on. */
  private static final List<String> NEEDED =
      List.of(
          IsolatedMain.class.getName(),
          "org.jspecify.annotations.Nullable",
          "org.tensorflow.TensorFlow",
          "org.tensorflow.ndarray.Shape",
          "org.tensorflow.internal.c_api.global.tensorflow",
          "org.bytedeco.javacpp.Loader",
          "com.google.protobuf.Message",
          "com.fasterxml.jackson.databind.ObjectMapper",
          "com.fasterxml.jackson.core.JsonFactory",
          "com.fasterxml.jackson.annotation.JsonProperty",
          "org.apache.commons.compress.compressors.CompressorInputStream",
          "org.apache.commons.codec.Charsets",
          "org.apache.commons.io.IOUtils",
          "org.apache.commons.lang3.ArrayUtils",
          "org.apache.commons.math3.util.FastMath",
          "org.tukaani.xz.XZ",
          "com.github.luben.zstd.Zstd",
          "org.yaml.snakeyaml.Yaml",
          "org.slf4j.Logger");

  private static final List<String> NATIVES =
      List.of("org/tensorflow/internal/c_api/%s", "org/bytedeco/javacpp/%s");

  /** Folders of the system's libraries. */
  private static final List<String> SYSTEM =
      List.of(
          "/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64", "/usr/local/cuda");

  private static final List<String> SYSTEM_FILES = List.of("/etc/ld.so.cache");

  /** What temporary files of a process behind walls may take. */
  private static final String TEMPORARY_BYTES = "" + (64 << 20);

  /** Stacks and what allocators reserve count as requested memory, however little is used. */
  private static final long RESERVED_BYTES = 16L << 30;

  /** What one file may take, those included that are shared. */
  private static final long FILE_BYTES = 512L << 20;

  /** JavaCPP wants to write into the folder that has the native libraries. */
  private static final String WALLED_NATIVES = "/tmp/natives";

  private static final int LINK_DEPTH = 8;

  private final ModuleOptions options;
  private final Isolation isolation;
  private final ProcessTools tools;
  private final Path home;
  private final Path module;
  private final @Nullable Path shared;

  /**
   * The command for a module.
   *
   * @param home a folder that only this user can read
   * @param shared a folder of files that the process may write; null for none
   */
  ProcessCommand(
      Path module, ModuleOptions options, Isolation isolation, Path home, @Nullable Path shared) {
    this.module = module;
    this.options = options;
    this.isolation = isolation;
    this.tools = ProcessTools.found();
    this.home = home;
    this.shared = shared;
  }

  /** The memory that a process may take. */
  static long memory(Isolation isolation) {
    if (isolation.memoryBytes() != null) {
      return isolation.memoryBytes();
    }
    long heap = Runtime.getRuntime().maxMemory();
    long all = 2 * heap;
    if (java.lang.management.ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      all = system.getTotalMemorySize();
    }
    return Math.max(1L << 30, (all - heap) / 5 * 4);
  }

  /** How many calls run in a process at the same time. */
  static int channels(Isolation isolation) {
    int cores = Runtime.getRuntime().availableProcessors();
    return Math.min(64, isolation.cores() == 0 ? cores : Math.min(cores, isolation.cores()));
  }

  ProcessBuilder builder() {
    List<String> classPath = classPath();
    List<String> command = new ArrayList<>();
    if (tools.prlimit() != null) {
      command.addAll(
          List.of(
              tools.prlimit(),
              "--core=0",
              "--fsize=" + FILE_BYTES,
              "--data=" + (memory(isolation) + RESERVED_BYTES)));
    }
    if (isolation.cores() > 0 && tools.taskset() != null) {
      command.addAll(List.of(tools.taskset(), "-c", cores()));
    }
    Path cwd = home;
    if (tools.bwrap() != null) {
      command.add(tools.bwrap());
      command.addAll(ProcessTools.BWRAP);
      command.addAll(walls(classPath));
      command.add("--");
      cwd = Path.of("/tmp");
    } else {
      if (tools.unshare() != null) {
        command.add(tools.unshare());
        command.addAll(ProcessTools.UNSHARE);
      }
      if (tools.setpriv() != null) {
        command.add(tools.setpriv());
        command.addAll(ProcessTools.SETPRIV);
      }
    }
    command.addAll(java(classPath, cwd));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    Map<String, String> own = new LinkedHashMap<>(environment);
    environment.clear();
    for (String name : ENVIRONMENT) {
      if (own.containsKey(name)) {
        environment.put(name, own.get(name));
      }
    }
    environment.put("HOME", cwd.toString());
    environment.put("PATH", "/usr/bin:/bin");
    return builder;
  }

  private List<String> java(List<String> classPath, Path cwd) {
    long heap = Math.min(Runtime.getRuntime().maxMemory(), memory(isolation) / 2);
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + (heap >> 10) + "k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + cwd.resolve("hs_err.log"),
            "-Djava.awt.headless=true",
            "-Djava.io.tmpdir=" + cwd,
            "-Duser.home=" + cwd,
            "-Dslf4j.internal.verbosity=ERROR",
            "-Dorg.bytedeco.javacpp.nopointergc=true",
            "-Dorg.bytedeco.javacpp.cachedir="
                + (tools.bwrap() == null ? natives().toString() : WALLED_NATIVES),
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-cp",
            String.join(File.pathSeparator, classPath),
            IsolatedMain.class.getName()));
    return command;
  }

  /** Some cores, others for each process. */
  private String cores() {
    int all = Runtime.getRuntime().availableProcessors();
    int first = ThreadLocalRandom.current().nextInt(all);
    Set<Integer> cores = new TreeSet<>();
    for (int i = 0; i < Math.min(all, isolation.cores()); i++) {
      cores.add((first + i) % all);
    }
    return String.join(",", cores.stream().map(String::valueOf).toList());
  }

  private static Path natives() {
    NativeRuntime runtime = NativeRuntime.load();
    return Path.of(runtime.folder()).toAbsolutePath();
  }

  /** The jars and folders of classes that the process needs. */
  static List<String> classPath() {
    Set<String> places = new LinkedHashSet<>();
    ClassLoader loader = IsolatedMain.class.getClassLoader();
    for (String needed : NEEDED) {
      try {
        Class<?> found = Class.forName(needed, false, loader);
        CodeSource source = found.getProtectionDomain().getCodeSource();
        places.add(place(needed, source == null ? null : source.getLocation()));
      } catch (ClassNotFoundException e) {
        // A jar that was left out here is not needed there.
        LOG.debug("{} is on no class path", needed);
      }
    }
    for (String natives : NATIVES) {
      for (String platform : List.of(Loader.getPlatform(), Loader.getPlatform() + "-gpu")) {
        String folder = String.format(natives, platform);
        for (String library : List.of("jnitensorflow", "jnijavacpp")) {
          String resource = folder + "/" + System.mapLibraryName(library);
          URL found = loader == null ? null : loader.getResource(resource);
          if (found != null) {
            places.add(jar(found, resource));
          }
        }
      }
    }
    return List.copyOf(places);
  }

  private static String jar(URL resource, String name) {
    String text = resource.toString();
    try {
      return place(
          name,
          text.startsWith("jar:")
              ? new URL(text.substring(4, text.indexOf("!/")))
              : new URL(text.substring(0, text.length() - name.length())));
    } catch (java.net.MalformedURLException e) {
      throw unknown(name, e);
    }
  }

  private static String place(String name, @Nullable URL location) {
    try {
      if (location != null && location.getProtocol().equals("file")) {
        return Path.of(location.toURI()).toString();
      }
    } catch (URISyntaxException e) {
      throw unknown(name, e);
    }
    throw unknown(name, null);
  }

  private static ModuleException unknown(String name, @Nullable Exception cause) {
    ModuleException e =
        new ModuleException(
            ModuleException.Kind.MISUSED,
            "no process can be started for a module: " + name + " is in no file of the class path");
    if (cause != null) {
      e.initCause(cause);
    }
    return e;
  }

  private List<String> walls(List<String> classPath) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--hostname", "module", "--proc", "/proc", "--dev", "/dev"));
    arguments.addAll(List.of("--size", TEMPORARY_BYTES, "--tmpfs", "/tmp"));
    Set<Path> shown = new LinkedHashSet<>();
    for (String folder : SYSTEM) {
      Path path = Path.of(folder);
      if (Files.isSymbolicLink(path) && folder.lastIndexOf('/') == 0) {
        arguments.addAll(List.of("--symlink", target(path), folder));
      } else if (Files.isDirectory(path)) {
        shown.add(path);
      }
    }
    SYSTEM_FILES.forEach(f -> shown.add(Path.of(f)));
    Path java = Path.of(System.getProperty("java.home"));
    shown.add(java);
    shown.addAll(linked(java));
    classPath.forEach(place -> shown.add(Path.of(place)));
    for (String library : options.opLibraries()) {
      Path file = Path.of(library).toAbsolutePath();
      shown.add(file.getParent() == null ? file : file.getParent());
    }
    String libraries = System.getenv("LD_LIBRARY_PATH");
    for (String folder : libraries == null ? new String[0] : libraries.split(File.pathSeparator)) {
      if (folder.startsWith("/") && folder.length() > 1) {
        shown.add(Path.of(folder));
      }
    }
    shown.add(module);
    if (options.trust().origin() == ModuleOptions.Origin.LOCAL) {
      shown.addAll(linked(module));
    }
    shown.add(home);
    for (Path path : shown) {
      arguments.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
    }
    if (shared != null) {
      for (Path file : list(shared)) {
        arguments.addAll(List.of("--bind", file.toString(), file.toString()));
      }
    }
    arguments.addAll(List.of("--dir", WALLED_NATIVES));
    for (Path jar : list(natives())) {
      arguments.addAll(
          List.of("--ro-bind-try", jar.toString(), WALLED_NATIVES + "/" + jar.getFileName()));
    }
    for (Path device : list(Path.of("/dev"))) {
      if (!device.getFileName().toString().startsWith("nvidia")) {
        continue;
      }
      arguments.addAll(List.of("--dev-bind-try", device.toString(), device.toString()));
    }
    arguments.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"));
    return arguments;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What links in a folder lead to outside of it. */
  private static Set<Path> linked(Path folder) {
    Set<Path> targets = new LinkedHashSet<>();
    try (Stream<Path> files = Files.walk(folder, LINK_DEPTH)) {
      Path real = folder.toRealPath();
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isSymbolicLink(file) && Files.exists(file)) {
          Path target = file.toRealPath();
          if (!target.startsWith(real)) {
            targets.add(target);
          }
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return targets;
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
