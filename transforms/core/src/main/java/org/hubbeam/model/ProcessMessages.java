// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.io.Serializable;
import java.net.ProtocolException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.jspecify.annotations.Nullable;

/** What a module's process and the one that uses it tell each other. */
final class ProcessMessages {

  private static final int MOST_TEXT = 1 << 20;
  private static final int CALL = 1;
  private static final int VARIABLE = 2;
  private static final int ARRAYS = 3;
  private static final int ERROR = 4;

  private ProcessMessages() {}

  /**
   * What a process is to do.
   *
   * @param folder of the module
   * @param socket where to connect
   * @param channels how many times: one for each call at a time
   * @param shared the folder with the files that channels share; null for none
   */
  record Order(
      String folder, ModuleOptions options, String socket, int channels, @Nullable String shared)
      implements Serializable {

    /** The file of a channel by which requests come. */
    static Path requests(Path shared, int channel) {
      return shared.resolve("requests" + channel);
    }

    /** The file of a channel by which answers go. */
    static Path answers(Path shared, int channel) {
      return shared.resolve("answers" + channel);
    }
  }

  /** What is asked for. */
  sealed interface Request permits Call, Variable {

    static Request read(ArrayChannel channel) throws IOException {
      return switch (channel.readInt()) {
        case CALL -> {
          int member = channel.readInt();
          int trace = channel.readInt();
          int count = channel.readInt();
          List<Integer> outputs = new ArrayList<>(count);
          for (int i = 0; i < count; i++) {
            outputs.add(channel.readInt());
          }
          yield new Call(new Function(member, trace, outputs), channel.readArrays(Long.MAX_VALUE));
        }
        case VARIABLE -> new Variable(channel.readText(MOST_TEXT));
        default -> throw new ProtocolException("no request");
      };
    }

    void write(ArrayChannel channel) throws IOException;
  }

  /**
   * A graph of a function with the outputs that are wanted.
   *
   * @param member the number of the member in the module
   * @param trace its number in the member
   */
  record Function(int member, int trace, List<Integer> outputs) {}

  /** A call of a function. */
  record Call(Function function, List<Array.Dense> inputs) implements Request {
    @Override
    public void write(ArrayChannel channel) throws IOException {
      channel.write(CALL);
      channel.write(function.member);
      channel.write(function.trace);
      channel.write(function.outputs.size());
      for (int output : function.outputs) {
        channel.write(output);
      }
      channel.write(inputs);
      channel.end();
    }
  }

  /** The value of a variable. */
  record Variable(String path) implements Request {
    @Override
    public void write(ArrayChannel channel) throws IOException {
      channel.write(VARIABLE);
      channel.write(path);
      channel.end();
    }
  }

  /**
   * What came of a request.
   *
   * @param error null where it was answered with arrays
   */
  record Answer(List<Array.Dense> arrays, @Nullable ModuleException error) {

    static Answer read(ArrayChannel channel, long mostBytes) throws IOException {
      return switch (channel.readInt()) {
        case ARRAYS -> new Answer(channel.readArrays(mostBytes), null);
        case ERROR -> {
          ModuleException.Kind kind = kind(channel.readText(MOST_TEXT));
          String message = channel.readText(MOST_TEXT);
          String op = channel.readText(MOST_TEXT);
          yield new Answer(List.of(), new ModuleException(kind, message, op.isEmpty() ? null : op));
        }
        default -> throw new ProtocolException("no answer");
      };
    }

    private static ModuleException.Kind kind(String name) throws IOException {
      for (ModuleException.Kind kind : ModuleException.Kind.values()) {
        if (kind.name().equals(name)) {
          return kind;
        }
      }
      throw new ProtocolException("an error of no kind");
    }

    void write(ArrayChannel channel) throws IOException {
      if (error == null) {
        channel.write(ARRAYS);
        channel.write(arrays);
      } else {
        channel.write(ERROR);
        channel.write(error.kind().name());
        channel.write(shortened(String.valueOf(error.getMessage())));
        channel.write(error.op() == null ? "" : shortened(error.op()));
      }
      channel.end();
    }

    /** A character takes at most three bytes. */
    private static String shortened(String text) {
      return text.length() <= MOST_TEXT / 3 ? text : text.substring(0, MOST_TEXT / 3);
    }
  }
}
