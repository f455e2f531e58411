// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.ObjectOutputStream;
import java.net.ProtocolException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.hubbeam.batch.Daemons;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Printable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JVM that has loaded one module, and answers requests of as many threads as it has channels. It
 * is never started again; once it has ended, every request meets its end.
 */
final class ModuleProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ModuleProcess.class);

  /** TensorFlow stops a call that takes too long between two operations; then the process ends. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final long MEMORY_TICK_MILLIS = 50;
  private static final long END_SECONDS = 5;
  private static final int SOCKET_NAME_BYTES = 100;
  private static final String PREFIX = "hubbeam-module-" + ProcessHandle.current().pid() + "-";
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final ScheduledExecutorService WATCH = Daemons.scheduler("hubbeam-process-watch");

  private final String module;
  private final Process process;
  private final Path home;
  private final @Nullable Path shared;
  private final ProcessOutput output;
  private final List<ArrayChannel> all = new ArrayList<>();
  private final BlockingQueue<ArrayChannel> free;
  private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<ProcessMessages.Function> built = ConcurrentHashMap.newKeySet();
  private final ModuleOptions.Timeouts timeouts;
  private final long answerBytes;
  private final Future<?> memoryWatch;
  private @Nullable ProcessEnd end;
  private @Nullable ProcessEnd cause;

  private ModuleProcess(Path folder, ModuleOptions options, Isolation isolation)
      throws IOException {
    module = folder.toString();
    timeouts = options.timeouts();
    long memory = ProcessCommand.memory(isolation);
    answerBytes = Math.min(memory, Runtime.getRuntime().maxMemory() / 2);
    free = new ArrayBlockingQueue<>(ProcessCommand.channels(isolation));
    home = newHome();
    shared = newShared(free.remainingCapacity());
    try {
      ProcessCommand command = new ProcessCommand(folder, options, isolation, home, shared);
      process = start(command.builder());
    } catch (RuntimeException | Error | IOException e) {
      deleteFolders();
      throw e;
    }
    output = new ProcessOutput(process.pid());
    Daemons.thread(this::readOutput, "hubbeam-process-output").start();
    ProcessMemory used = new ProcessMemory(process.toHandle());
    memoryWatch =
        WATCH.scheduleWithFixedDelay(
            () -> {
              if (used.bytes() > memory) {
                end(
                    ModuleException.Kind.RESOURCE_EXHAUSTED,
                    "it took more than its " + (memory >> 20) + " MiB of memory",
                    null);
              }
            },
            MEMORY_TICK_MILLIS,
            MEMORY_TICK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /**
   * Starts a process and lets it load a module.
   *
   * @param limit how long that may take
   * @throws ModuleException when the module cannot be loaded there
   * @throws ProcessEnd when the process ended before it was loaded
   */
  static ModuleProcess start(
      Path folder, ModuleOptions options, Isolation isolation, Duration limit) throws ProcessEnd {
    ModuleProcess started;
    try {
      started = new ModuleProcess(folder, options, isolation);
    } catch (IOException e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "no process can be started for the module: " + e.getMessage(),
          e);
    }
    try {
      started.load(folder, options, limit);
      return started;
    } catch (RuntimeException | Error | ProcessEnd e) {
      started.close();
      throw e;
    }
  }

  /**
   * Starts a process from a thread that lives as long as it: the system ends a process with the
   * thread that started it.
   */
  private static Process start(ProcessBuilder builder) throws IOException {
    CompletableFuture<Process> started = new CompletableFuture<>();
    Daemons.thread(() -> startAndWait(builder, started), "hubbeam-process-starter").start();
    try {
      return started.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw new IOException(io.getMessage(), io);
      }
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      started.cancel(false);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void startAndWait(ProcessBuilder builder, CompletableFuture<Process> started) {
    try {
      Process process = builder.start();
      if (!started.complete(process)) {
        process.destroyForcibly();
      }
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException | Error e) {
      started.completeExceptionally(e);
    }
  }

  /** A folder for this user only, whose path is short enough for a socket's. */
  private static Path newHome() throws IOException {
    Path home = Files.createTempDirectory(PREFIX, PRIVATE).toRealPath();
    if (socket(home).toString().getBytes(StandardCharsets.UTF_8).length > SOCKET_NAME_BYTES) {
      Files.delete(home);
      home = Files.createTempDirectory(Path.of("/tmp"), PREFIX, PRIVATE);
    }
    return home;
  }

  /** A folder in memory with the files that channels share; null where the system has none. */
  private static @Nullable Path newShared(int channels) throws IOException {
    if (!Files.isWritable(MEMORY)) {
      return null;
    }
    Path shared = Files.createTempDirectory(MEMORY, PREFIX, PRIVATE);
    for (int i = 0; i < channels; i++) {
      Files.createFile(ProcessMessages.Order.requests(shared, i));
      Files.createFile(ProcessMessages.Order.answers(shared, i));
    }
    return shared;
  }

  /** Deletes what the process has opened, so that nothing is left however this JVM ends. */
  private void deleteOpened() {
    if (shared != null) {
      delete(shared);
    }
    if (ProcessTools.found().walled()) {
      delete(home);
    }
  }

  private void deleteFolders() {
    if (shared != null) {
      delete(shared);
    }
    delete(home);
  }

  private static void delete(Path folder) {
    try {
      FileTrees.delete(folder);
    } catch (IOException e) {
      LOG.warn("The temporary folder {} is left behind", folder, e);
    }
  }

  private static Path socket(Path home) {
    return home.resolve("socket");
  }

  private void load(Path folder, ModuleOptions options, Duration limit) throws ProcessEnd {
    Future<?> timer =
        WATCH.schedule(
            () ->
                end(
                    ModuleException.Kind.NOT_LOADABLE,
                    "loading took longer than " + limit.toSeconds() + " s",
                    null),
            limit.plus(GRACE).toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      connect(
          new ProcessMessages.Order(
              folder.toString(),
              options.withIsolation(null),
              socket(home).toString(),
              free.remainingCapacity(),
              shared == null ? null : shared.toString()));
      ProcessMessages.Answer answer = ProcessMessages.Answer.read(all.get(0), 0);
      if (answer.error() != null) {
        throw answer.error();
      }
      free.addAll(all);
      deleteOpened();
    } catch (IOException e) {
      throw ended(e, null);
    } finally {
      timer.cancel(false);
    }
  }

  private void connect(ProcessMessages.Order order) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket(home)));
      // An end wakes whoever waits for a connection.
      CompletableFuture<Void> atEnd = process.onExit().thenRun(() -> closeQuietly(server));
      ObjectOutputStream out = new ObjectOutputStream(process.getOutputStream());
      out.writeObject(order);
      out.flush();
      for (int i = 0; i < order.channels(); i++) {
        SocketChannel socket = server.accept();
        all.add(
            shared == null
                ? new ArrayChannel(socket)
                : new ArrayChannel(
                    socket,
                    ProcessMessages.Order.requests(shared, i),
                    ProcessMessages.Order.answers(shared, i)));
      }
      atEnd.cancel(false);
    } finally {
      Files.deleteIfExists(socket(home));
    }
  }

  /**
   * Asks for something and waits for the answer.
   *
   * @throws ProcessEnd when the process ended before the answer was there
   */
  ProcessMessages.Answer ask(ProcessMessages.Request request) throws ProcessEnd {
    ArrayChannel channel = take(request);
    Future<?> timer = timer(request);
    boolean answered = false;
    try {
      request.write(channel);
      ProcessMessages.Answer answer = ProcessMessages.Answer.read(channel, answerBytes);
      answered = true;
      ModuleException error = answer.error();
      if (error != null && error.kind() == ModuleException.Kind.UNUSABLE) {
        // Another process can still be used.
        end(ModuleException.Kind.REFUSED, String.valueOf(error.getMessage()), request);
        throw ended(new IOException(error), request);
      }
      if (error == null && request instanceof ProcessMessages.Call call) {
        built.add(call.function());
      }
      return answer;
    } catch (IOException e) {
      throw ended(e, request);
    } finally {
      if (timer != null) {
        timer.cancel(false);
      }
      giveBack(request, channel, answered);
    }
  }

  private @Nullable Future<?> timer(ProcessMessages.Request request) {
    Duration limit = timeouts.call();
    if (limit == null) {
      return null;
    }
    // The first call builds its part of the graph, which may take as long as loading.
    boolean first =
        request instanceof ProcessMessages.Call call && !built.contains(call.function());
    Duration most = first ? limit.plus(timeouts.load()) : limit;
    return WATCH.schedule(
        () ->
            end(
                ModuleException.Kind.REFUSED,
                "a call took longer than " + Printable.seconds(limit),
                request),
        most.plus(GRACE).toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private ArrayChannel take(ProcessMessages.Request request) throws ProcessEnd {
    ArrayChannel channel;
    try {
      channel = free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a module's process", e);
    }
    synchronized (this) {
      if (end != null) {
        free.add(channel);
        throw end;
      }
      open.add(request);
    }
    return channel;
  }

  private synchronized void giveBack(
      ProcessMessages.Request request, ArrayChannel channel, boolean answered) {
    open.remove(request);
    if (!answered && end == null) {
      all.remove(channel);
      closeQuietly(channel);
      if (!all.isEmpty()) {
        return;
      }
      end = new ProcessEnd(ModuleException.Kind.REFUSED, "its calls were interrupted", Set.of());
      process.destroyForcibly();
    }
    free.add(channel);
  }

  /** Whether requests have a chance. */
  synchronized boolean isUsable() {
    return end == null && !all.isEmpty() && process.isAlive();
  }

  /**
   * Ends the process for a reason, unless it has ended already.
   *
   * @param guilty the request that is to blame; null for any of those that are open
   */
  private synchronized void end(ModuleException.Kind kind, String reason, @Nullable Object guilty) {
    if (end == null && cause == null) {
      cause = new ProcessEnd(kind, reason, guilty == null ? suspects() : Set.of(guilty));
      process.destroyForcibly();
    }
  }

  private Set<Object> suspects() {
    Set<Object> suspects = Collections.newSetFromMap(new IdentityHashMap<>());
    suspects.addAll(open);
    return suspects;
  }

  /** Why a connection broke. */
  private ProcessEnd ended(IOException e, ProcessMessages.@Nullable Request request) {
    if (e instanceof ClosedByInterruptException) {
      throw new IllegalStateException("a call was interrupted", e);
    }
    if (e instanceof ProtocolException) {
      end(ModuleException.Kind.REFUSED, "it answered with " + e.getMessage(), request);
    }
    int exit = awaitExit();
    synchronized (this) {
      if (end == null) {
        end = cause != null ? cause : output.explain(exit, suspects());
      }
      return end;
    }
  }

  private int awaitExit() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            continue;
          }
          output.awaitEnd();
          return process.exitValue();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void readOutput() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      output.read(reader);
    } catch (IOException e) {
      LOG.debug("the output of the process of the module in {}", module, e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (end == null) {
        end = new ProcessEnd(ModuleException.Kind.REFUSED, "it was closed", suspects());
      }
    }
    memoryWatch.cancel(false);
    process.destroyForcibly();
    awaitExit();
    all.forEach(ModuleProcess::closeQuietly);
    deleteFolders();
  }

  private static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("a socket of a module's process", e);
    }
  }
}
