// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;

/**
 * The program of a module's process: loads the module that standard input orders, and answers
 * requests, a thread for each connection. It ends when standard input does, whoever is in a call.
 */
@Internal
public final class IsolatedMain {

  private final ModuleDefinition definition;
  private final Program program;
  private final Map<ProcessMessages.Function, ProgramCall> calls = new ConcurrentHashMap<>();

  private IsolatedMain(ModuleDefinition definition, Program program) {
    this.definition = definition;
    this.program = program;
  }

  public static void main(String[] args) throws IOException, ClassNotFoundException {
    ProcessMessages.Order order =
        (ProcessMessages.Order) new ObjectInputStream(System.in).readObject();
    start("parent", IsolatedMain::awaitEnd);
    List<ArrayChannel> channels = new ArrayList<>();
    for (int i = 0; i < order.channels(); i++) {
      SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(order.socket()));
      Path shared = order.shared() == null ? null : Path.of(order.shared());
      channels.add(
          shared == null
              ? new ArrayChannel(socket)
              : new ArrayChannel(
                  socket,
                  ProcessMessages.Order.answers(shared, i),
                  ProcessMessages.Order.requests(shared, i)));
    }
    try {
      Path folder = Path.of(order.folder());
      ModuleOptions options = order.options();
      // Without libraries of ops, the other process has looked for all that may be refused.
      ModuleDefinition definition =
          options.opLibraries().isEmpty()
              ? ModuleDefinition.read(folder, options.tags())
              : ModuleDefinition.admitted(folder, options);
      Program program = SessionProgram.load(definition, options);
      IsolatedMain main = new IsolatedMain(definition, program);
      new ProcessMessages.Answer(List.of(), null).write(channels.get(0));
      channels.forEach(c -> start("call", () -> main.serve(c)));
    } catch (RuntimeException | Error e) {
      answer(e).write(channels.get(0));
    }
  }

  private static void start(String name, Runnable work) {
    new Thread(work, "hubbeam-" + name).start();
  }

  private static void awaitEnd() {
    try {
      // Nothing comes: it stays open for as long as the other process lives.
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      Runtime.getRuntime().halt(1);
    }
    Runtime.getRuntime().halt(0);
  }

  private void serve(ArrayChannel channel) {
    try (channel) {
      while (true) {
        ProcessMessages.Request request = ProcessMessages.Request.read(channel);
        answer(request).write(channel);
      }
    } catch (IOException e) {
      // Nobody asks any more.
      return;
    }
  }

  private ProcessMessages.Answer answer(ProcessMessages.Request request) {
    try {
      return new ProcessMessages.Answer(
          request instanceof ProcessMessages.Call call
              ? call(call.function()).run(call.inputs())
              : List.of(
                  (Array.Dense) program.variable(((ProcessMessages.Variable) request).path())),
          null);
    } catch (RuntimeException | Error e) {
      return answer(e);
    }
  }

  private ProgramCall call(ProcessMessages.Function function) {
    return calls.computeIfAbsent(
        function,
        f -> {
          Member member = definition.members().get(f.member());
          return program.call(member, member.traces().get(f.trace()), f.outputs());
        });
  }

  private static ProcessMessages.Answer answer(Throwable e) {
    if (e instanceof ModuleException m) {
      return new ProcessMessages.Answer(List.of(), m);
    }
    ModuleException.Kind kind =
        e instanceof OutOfMemoryError
            ? ModuleException.Kind.RESOURCE_EXHAUSTED
            : ModuleException.Kind.REFUSED;
    return new ProcessMessages.Answer(List.of(), new ModuleException(kind, e.toString()));
  }
}
