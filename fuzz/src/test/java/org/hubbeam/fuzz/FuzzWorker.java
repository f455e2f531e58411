// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tries the inputs of one target, in a process of its own: {@code FuzzWorker TARGET FOLDER FROM TO
 * MILLISECONDS SCRATCH}. Inputs of the corpus have the numbers below zero, and are tried as they
 * are and sealed anew; all others are mutated.
 *
 * <p>Inputs that make a parser throw what it does not declare are kept, one for each cause. Before
 * each try its number and bytes are written to a file of the folder, so that they are known should
 * the process die. A watch ends the process where an input takes too long or too much memory.
 */
final class FuzzWorker {

  /** The exit status where an input takes too long. */
  static final int HANGS = 71;

  /** The exit status where an input takes too much memory. */
  static final int TOO_LARGE = 72;

  /** The exit status where an exception was thrown behind which there is no going on. */
  static final int UNDECLARED = 73;

  /** How long one input may take. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(50);
  private static final long WORTH_A_LOOK = 20_000_000;

  private final FuzzTarget target;
  private final FuzzTarget.Parser parser;
  private final State state;
  private final Set<String> causes = new HashSet<>();
  private volatile long started;

  private FuzzWorker(FuzzTarget target, FuzzTarget.Parser parser, State state) {
    this.target = target;
    this.parser = parser;
    this.state = state;
  }

  /** Tries inputs until the number or the time is reached, or one must not go on. */
  public static void main(String[] args) throws Exception {
    FuzzTarget target = FuzzTargets.of(args[0]);
    Path folder = Path.of(args[1]);
    long from = Long.parseLong(args[2]);
    long to = Long.parseLong(args[3]);
    long end = System.nanoTime() + Duration.ofMillis(Long.parseLong(args[4])).toNanos();
    Corpus corpus = Corpus.of(target);
    Mutator mutator = new Mutator(target, corpus);
    try (State state = new State(folder)) {
      FuzzWorker worker = new FuzzWorker(target, target.opener().open(Path.of(args[5])), state);
      worker.watch(Thread.currentThread());
      for (long i = from; i < to && (i < 0 || System.nanoTime() < end); i++) {
        byte[] input = i < 0 ? corpus.kept(-i - 1) : mutator.input(i);
        worker.run(i, input);
        if (i < 0) {
          worker.run(i, target.envelope().seal(input));
        }
      }
    }
    // Parsers may have left threads.
    Runtime.getRuntime().halt(0);
  }

  private void run(long number, byte[] input) throws IOException {
    state.begin(number, input);
    long start = System.nanoTime();
    started = start;
    Optional<Throwable> thrown = target.undeclared(parser, input);
    started = 0;
    if (thrown.isPresent()) {
      undeclared(number, input, thrown.get());
    }
    if (System.nanoTime() - start > WORTH_A_LOOK) {
      checkMemory();
    }
  }

  private void undeclared(long number, byte[] input, Throwable thrown) throws IOException {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    if (thrown instanceof OutOfMemoryError) {
      end(UNDECLARED, trace.toString());
    }
    Finding finding = new Finding(target, "undeclared", input, trace.toString());
    if (causes.add(finding.cause())) {
      state.keep(new Tried(number, input, trace.toString()));
    }
  }

  private void watch(Thread parsing) {
    Thread watch =
        new Thread(
            () -> {
              while (true) {
                look(parsing);
              }
            },
            "watch");
    watch.setDaemon(true);
    watch.start();
  }

  private void look(Thread parsing) {
    try {
      Thread.sleep(LOOK.toMillis());
      long since = started;
      if (since != 0 && System.nanoTime() - since > LIMIT.toNanos()) {
        StringBuilder stack = new StringBuilder("takes more than " + LIMIT + "\n");
        for (StackTraceElement element : parsing.getStackTrace()) {
          stack.append("\tat ").append(element).append('\n');
        }
        end(HANGS, stack.toString());
      }
      checkMemory();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void checkMemory() throws IOException {
    long most = peakMegabytes();
    if (most > target.setting().residentMegabytes()) {
      end(TOO_LARGE, "the process has taken " + most + " MB of memory");
    }
  }

  /** The most memory that this process ever had; 0 where the system does not tell. */
  private static long peakMegabytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElse(0);
  }

  private void end(int status, String reason) throws IOException {
    state.explain(reason);
    Runtime.getRuntime().halt(status);
  }

  /** What is known of a worker's last input, in two files that outlive it. */
  static final class State implements AutoCloseable {
    private static final String INPUT = "current";
    private static final String REASON = "reason.txt";
    private static final String KEPT = "kept-";
    private static final String END = ".txt";

    private final Path folder;
    private final FileChannel channel;

    State(Path folder) throws IOException {
      this.folder = folder;
      this.channel =
          FileChannel.open(
              folder.resolve(INPUT), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    void begin(long number, byte[] input) throws IOException {
      ByteBuffer all = ByteBuffer.allocate(12 + input.length);
      all.putLong(number).putInt(input.length).put(input).flip();
      channel.write(all, 0);
    }

    /** Keeps an input and what is wrong with it. */
    void keep(Tried tried) throws IOException {
      Path file = folder.resolve(KEPT + tried.number());
      Files.write(file, tried.input());
      Files.writeString(file.resolveSibling(file.getFileName() + END), tried.reason());
    }

    /** What workers have kept; it is forgotten. */
    static List<Tried> kept(Path folder) throws IOException {
      List<Tried> kept = new ArrayList<>();
      try (DirectoryStream<Path> reasons = Files.newDirectoryStream(folder, KEPT + "*" + END)) {
        for (Path reason : reasons) {
          String name = reason.getFileName().toString();
          Path input = folder.resolve(name.substring(0, name.length() - END.length()));
          long number = Long.parseLong(input.getFileName().toString().substring(KEPT.length()));
          kept.add(new Tried(number, Files.readAllBytes(input), Files.readString(reason)));
          Files.delete(input);
          Files.delete(reason);
        }
      }
      return kept;
    }

    void explain(String reason) throws IOException {
      Files.writeString(folder.resolve(REASON), reason);
    }

    /** Forgets what is known of a worker. */
    static void clear(Path folder) throws IOException {
      Files.deleteIfExists(folder.resolve(INPUT));
      Files.deleteIfExists(folder.resolve(REASON));
    }

    /** The number and bytes of the last input that a worker tried; null where it tried none. */
    static Tried last(Path folder) throws IOException {
      if (!Files.exists(folder.resolve(INPUT)) || Files.size(folder.resolve(INPUT)) == 0) {
        return null;
      }
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(INPUT)));
      long number = all.getLong();
      byte[] input = new byte[all.getInt()];
      all.get(input);
      Path reason = folder.resolve(REASON);
      return new Tried(number, input, Files.exists(reason) ? Files.readString(reason) : "");
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /**
   * An input that a worker tried.
   *
   * @param reason why the worker ended; empty where the process died, or all went well
   */
  record Tried(long number, byte[] input, String reason) {}
}
