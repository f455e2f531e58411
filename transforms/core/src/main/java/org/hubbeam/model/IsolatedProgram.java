// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.hubbeam.batch.Array;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A module in a process of its own. A call that ends the process is refused, and the next one
 * starts another process. Where several calls were in it, each is repeated alone, so that only the
 * one to blame is refused.
 */
final class IsolatedProgram implements Program {

  private static final Logger LOG = LoggerFactory.getLogger(IsolatedProgram.class);
  private static final AtomicBoolean GAPS_LOGGED = new AtomicBoolean();

  /** More deaths than it takes to find one bad row in any batch, without an answer in between. */
  private static final int MOST_ENDS = 32;

  private final ModuleDefinition definition;
  private final ModuleOptions options;
  private final Isolation isolation;
  private final ReadWriteLock turns = new ReentrantReadWriteLock(true);
  private final int mostEnds;
  private @Nullable ModuleProcess process;
  private int ends;
  private boolean closed;

  IsolatedProgram(ModuleDefinition definition, ModuleOptions options) {
    this(definition, options, MOST_ENDS);
  }

  /**
   * A module whose process may end.
   *
   * @param mostEnds how often in a row, without an answer in between
   */
  IsolatedProgram(ModuleDefinition definition, ModuleOptions options, int mostEnds) {
    this.mostEnds = mostEnds;
    this.definition = definition;
    this.options = options;
    this.isolation = Objects.requireNonNull(options.isolation());
    checkWalls();
    process();
  }

  private void checkWalls() {
    ProcessTools tools = ProcessTools.found();
    if (isolation.walls() == Isolation.Walls.REQUIRED && !tools.walled()) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "this system cannot wall in a module's process: "
              + String.join(", ", tools.gaps())
              + "; install bubblewrap, and allow user namespaces");
    }
    if (!tools.gaps().isEmpty() && GAPS_LOGGED.compareAndSet(false, true)) {
      LOG.warn(
          "A module's process is not fully walled in on this system: {}; bubblewrap would help",
          String.join(", ", tools.gaps()));
    }
  }

  @Override
  public ProgramCall call(Member member, Trace trace, List<Integer> outputs) {
    ProcessMessages.Function function =
        new ProcessMessages.Function(
            definition.members().indexOf(member), member.traces().indexOf(trace), outputs);
    int parts = outputs.stream().mapToInt(o -> trace.outputs().get(o).parts()).sum();
    return inputs -> run(new ProcessMessages.Call(function, inputs), parts);
  }

  @Override
  public Array variable(String path) {
    return run(new ProcessMessages.Variable(path), 1).get(0);
  }

  private List<Array.Dense> run(ProcessMessages.Request request, int parts) {
    ProcessEnd end;
    do {
      try {
        return answer(request, parts, turns.readLock());
      } catch (ProcessEnd e) {
        end = e;
      }
    } while (!end.suspects(request));
    if (end.blames(request)) {
      throw refused(end);
    }
    try {
      return answer(request, parts, turns.writeLock());
    } catch (ProcessEnd e) {
      throw refused(e);
    }
  }

  private List<Array.Dense> answer(ProcessMessages.Request request, int parts, Lock turn)
      throws ProcessEnd {
    turn.lock();
    try {
      ModuleProcess asked = process();
      ProcessMessages.Answer answer;
      try {
        answer = asked.ask(request);
      } catch (ProcessEnd e) {
        count(asked, e);
        throw e;
      }
      answered();
      if (answer.error() != null) {
        throw answer.error();
      }
      if (answer.arrays().size() != parts) {
        throw new ModuleException(
            ModuleException.Kind.REFUSED,
            "the module's process gave "
                + answer.arrays().size()
                + " arrays where it was to give "
                + parts);
      }
      return answer.arrays();
    } finally {
      turn.unlock();
    }
  }

  private static ModuleException refused(ProcessEnd end) {
    return new ModuleException(
        end.kind(), "the module's process ended in this call: " + end.getMessage(), end);
  }

  private synchronized void answered() {
    ends = 0;
  }

  /** Counts a death once, whoever met it. */
  private synchronized void count(ModuleProcess ended, ProcessEnd end) {
    if (ended != process) {
      return;
    }
    process = null;
    ended.close();
    ends++;
    LOG.info(
        "The process of the module in {} ended: {}", definition.files().folder(), end.getMessage());
  }

  private synchronized ModuleProcess process() {
    if (closed) {
      throw new IllegalStateException("the module is closed");
    }
    if (ends >= mostEnds) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the process of the module in "
              + definition.files().folder()
              + " ended "
              + ends
              + " times, and answered no call in between: the module is at fault");
    }
    ModuleProcess present = process;
    if (present != null && present.isUsable()) {
      return present;
    }
    if (present != null) {
      present.close();
    }
    Path folder = definition.files().folder().toAbsolutePath();
    try {
      present = ModuleProcess.start(folder, options, isolation, options.timeouts().load());
    } catch (ProcessEnd e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the module's process ended while it loaded the module: " + e.getMessage(),
          e);
    }
    process = present;
    return present;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (process != null) {
      process.close();
      process = null;
    }
  }
}
