// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a module's process prints: logged, and kept to say why it ended. */
final class ProcessOutput {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessOutput.class);

  private static final int LOGGED_LINES = 200;
  private static final int KEPT_LINES = 50;
  private static final int LINE = 300;
  private static final long END_SECONDS = 2;
  private static final int SIGNAL = 128;

  private static final Map<Integer, String> SIGNALS =
      Map.of(
          4,
          "illegal instruction",
          6,
          "abort",
          7,
          "bus error",
          8,
          "arithmetic error",
          9,
          "killed, for example because memory ran out",
          11,
          "segmentation fault",
          15,
          "terminated");

  private static final Pattern MEMORY =
      Pattern.compile("bad_alloc|insufficient memory|OutOfMemory|failed to allocate|out of memory");

  /** Lines that say why a process ends, the best ones first. */
  private static final Pattern[] REASONS = {
    Pattern.compile("^#\\s+(SIG[A-Z]+ \\(.*|There is insufficient memory.*)"),
    Pattern.compile("what\\(\\):\\s*(.*)"),
    Pattern.compile("\\bF[ 0-9].*\\.cc:\\d+\\]\\s*(.*)"),
    Pattern.compile("^(terminate called.*)"),
    Pattern.compile("^([^#\\s].*)")
  };

  private final long pid;
  private final Deque<String> kept = new ArrayDeque<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private int lines;

  ProcessOutput(long pid) {
    this.pid = pid;
  }

  /** Reads all that is printed until the process ends. */
  void read(BufferedReader from) throws IOException {
    try {
      StringBuilder line = new StringBuilder();
      int c;
      while ((c = from.read()) >= 0) {
        if (c == '\n') {
          add(line.toString());
          line.setLength(0);
        } else if (line.length() < LINE) {
          line.append(Character.isISOControl(c) ? ' ' : (char) c);
        }
      }
      add(line.toString());
    } finally {
      ended.countDown();
    }
  }

  private synchronized void add(String line) {
    if (line.isBlank()) {
      return;
    }
    if (kept.size() == KEPT_LINES) {
      kept.remove();
    }
    kept.add(line.strip());
    if (lines++ < LOGGED_LINES) {
      LOG.info("module process {}: {}", pid, line);
    } else if (lines == LOGGED_LINES + 1) {
      LOG.info("module process {}: more lines are not logged", pid);
    }
  }

  /** Waits, not long, for the last line of a process that has ended. */
  void awaitEnd() throws InterruptedException {
    ended.await(END_SECONDS, TimeUnit.SECONDS);
  }

  /** Why the process ended by itself. */
  synchronized ProcessEnd explain(int exit, Set<Object> suspects) {
    int signal = exit - SIGNAL;
    String how =
        signal > 0 && signal < SIGNAL / 2
            ? "it ended with signal "
                + signal
                + (SIGNALS.containsKey(signal) ? " (" + SIGNALS.get(signal) + ")" : "")
            : "it ended itself with exit code " + exit;
    String line = reason();
    boolean memory = kept.stream().anyMatch(l -> MEMORY.matcher(l).find());
    return new ProcessEnd(
        memory ? ModuleException.Kind.RESOURCE_EXHAUSTED : ModuleException.Kind.REFUSED,
        line.isEmpty() ? how : how + ": " + line,
        suspects);
  }

  private String reason() {
    for (Pattern reason : REASONS) {
      String found = "";
      for (String line : kept) {
        var matcher = reason.matcher(line);
        if (matcher.find()) {
          found = matcher.group(1);
        }
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "";
  }
}
