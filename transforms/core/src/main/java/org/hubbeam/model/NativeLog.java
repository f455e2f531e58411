// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * What the native libraries write to standard error: errors only, unless the environment variable
 * {@code TF_CPP_MIN_LOG_LEVEL} says otherwise. TensorFlow's own log reads the variable. Half of
 * TensorFlow logs through Abseil, which does not, and logs everything until a program initialises
 * it.
 */
final class NativeLog {

  private static final String VARIABLE = "TF_CPP_MIN_LOG_LEVEL";
  private static final int ERRORS = 2;

  private static final String ABSEIL = "_ZN4absl12lts_20230802";
  private static final String INITIALIZED =
      ABSEIL + "12log_internal12_GLOBAL__N_119logging_initializedE";
  private static final String THRESHOLD = ABSEIL + "12_GLOBAL__N_115stderrthresholdE";

  private NativeLog() {}

  /**
   * Sets the variable where the user did not. TensorFlow reads it while it is loaded, and logs then
   * already. Only on systems whose natives of JavaCPP are on the class path.
   */
  static void beforeLoading() {
    if (System.getenv(VARIABLE) != null) {
      return;
    }
    try {
      Loader.load(org.bytedeco.javacpp.presets.javacpp.class);
    } catch (LinkageError e) {
      // TensorFlow brings what JavaCPP needs; a line or two more are logged.
      return;
    }
    Pointer environ = Loader.addressof("environ");
    if (!Pointer.isNull(environ)) {
      add(new PointerPointer<>(environ), VARIABLE + "=" + ERRORS);
    }
  }

  /**
   * Makes Abseil behave as in a program that initialises it: it logs errors, and does not say that
   * it was not initialised. Each library has a copy of Abseil, whose functions that do this are not
   * exported. Only on Linux; elsewhere, more is logged.
   */
  static void afterLoading() {
    int level = level();
    Path maps = Path.of("/proc/self/maps");
    if (level == 0 || !Files.exists(maps)) {
      return;
    }
    try {
      for (String line : Files.readAllLines(maps, StandardCharsets.ISO_8859_1)) {
        // 7f0c5e000000-7f0c63000000 r--p 00000000 fe:01 1234   /folder/libtensorflow_cc.so.2
        // Private, as the system loads libraries: a file that is only read is shared.
        String[] parts = line.split(" +", 6);
        if (parts.length == 6
            && parts[1].endsWith("p")
            && parts[5].contains("/libtensorflow_")
            && Long.parseLong(parts[2], 16) == 0) {
          long start = Long.parseLong(parts[0].substring(0, parts[0].indexOf('-')), 16);
          initialize(start, Path.of(parts[5]), level);
        }
      }
    } catch (IOException e) {
      // No more than a log that says too much.
      return;
    }
  }

  private static void initialize(long start, Path library, int level) throws IOException {
    Map<String, Long> offsets = ElfSymbols.offsets(library, Set.of(INITIALIZED, THRESHOLD));
    Long thresholdOffset = offsets.get(THRESHOLD);
    Long initializedOffset = offsets.get(INITIALIZED);
    if (thresholdOffset == null || initializedOffset == null) {
      return;
    }
    // Both are small numbers, least byte first.
    Memory threshold = new Memory(start + thresholdOffset);
    Memory initialized = new Memory(start + initializedOffset);
    if (threshold.get() == ERRORS && initialized.get() == 0) {
      threshold.put((byte) level);
      initialized.put((byte) 1);
    }
  }

  private static int level() {
    String level = System.getenv(VARIABLE);
    if (level == null) {
      return ERRORS;
    }
    try {
      return Math.max(0, Math.min(Byte.MAX_VALUE, Integer.parseInt(level.strip())));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** As setenv of the C library does; the new array and text stay for as long as the process. */
  private static void add(PointerPointer<Pointer> environ, String text) {
    PointerPointer<Pointer> old = new PointerPointer<>(environ.get(0));
    int count = 0;
    while (!Pointer.isNull(old.get(count))) {
      count++;
    }
    byte[] bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
    BytePointer added = new BytePointer(Pointer.malloc(bytes.length)).put(bytes);
    PointerPointer<Pointer> all = new PointerPointer<>(Pointer.malloc((count + 2L) * Long.BYTES));
    for (int i = 0; i < count; i++) {
      all.put(i, old.get(i));
    }
    all.put(count, added);
    all.put(count + 1L, (Pointer) null);
    environ.put(0, all);
  }

  /** A place in memory that belongs to a library. */
  private static final class Memory extends BytePointer {
    Memory(long place) {
      super((Pointer) null);
      address = place;
    }
  }
}
