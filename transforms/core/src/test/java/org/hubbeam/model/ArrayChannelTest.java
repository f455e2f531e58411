// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays arrive as they were sent, and what is no array takes no memory and does no harm. */
class ArrayChannelTest {

  private static final long MANY = 1L << 30;
  private static final int FLOAT = DType.FLOAT32.proto().getNumber();
  private static final int STRING = DType.STRING.proto().getNumber();

  @TempDir private Path work;
  private SocketChannel here;
  private SocketChannel there;

  @BeforeEach
  void connect() throws IOException {
    Path socket = Files.createTempDirectory(Path.of("/tmp"), "channel").resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      here = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      there = server.accept();
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(socket.getParent());
    }
  }

  @AfterEach
  void close() throws IOException {
    here.close();
    there.close();
  }

  private static List<Array.Dense> arrays() {
    List<Array.Dense> arrays = new ArrayList<>();
    Random random = new Random(1);
    for (DType dtype : DType.values()) {
      if (dtype != DType.STRING && !dtype.isOpaque()) {
        for (int size : new int[] {0, 1, 5000, 70_000}) {
          byte[] bytes = new byte[size * dtype.bytes()];
          random.nextBytes(bytes);
          arrays.add(Array.Dense.vector(new Values.Numbers(dtype, bytes)));
        }
      }
    }
    arrays.add(Array.Dense.scalar(Values.of(3f)));
    arrays.add(new Array.Dense(List.of(0L, 7L), Values.of(new float[0])));
    arrays.add(Array.Dense.scalar(Values.of("é")));
    arrays.add(Array.Dense.vector(Values.ofBytes(List.of())));
    String[] texts = new String[90_000];
    Arrays.setAll(texts, i -> "text ".repeat(i % 9));
    arrays.add(Array.Dense.vector(Values.of(texts)));
    arrays.add(Array.Dense.vector(Values.of(texts)).slice(5, 40_000));
    return arrays;
  }

  @Test
  void arraysArriveThroughTheSocket() throws Exception {
    pass(new ArrayChannel(here), new ArrayChannel(there));
  }

  @Test
  void arraysArriveThroughFiles() throws Exception {
    Path a = Files.createFile(work.resolve("a"));
    Path b = Files.createFile(work.resolve("b"));
    pass(new ArrayChannel(here, a, b), new ArrayChannel(there, b, a));
    assertThat(Files.size(a)).isPositive();
    assertThat(Files.size(b)).isZero();
  }

  private static void pass(ArrayChannel from, ArrayChannel to) throws Exception {
    for (int i = 0; i < 2; i++) {
      CompletableFuture<List<Array.Dense>> read =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return to.readArrays(MANY);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      from.write(arrays());
      from.end();
      assertThat(read.get()).isEqualTo(arrays());
    }
  }

  @Test
  void whatIsNoArrayIsRefused() {
    refused("65537 arrays", 65_537);
    refused("-1 arrays", -1);
    refused("dtype 0", 1, 0, 0);
    refused("dtype 20", 1, DType.RESOURCE.proto().getNumber(), 0);
    refused("dtype 99", 1, 99, 0);
    refused("rank -1", 1, FLOAT, -1);
    refused("rank 255", 1, FLOAT, 255);
    refused("larger", 1, FLOAT, 1, -1L);
    refused("larger", 1, FLOAT, 1, 1L << 29);
    refused("larger", 1, FLOAT, 2, 1L << 32, 1L << 32);
    refused("larger", 1, FLOAT, 2, Long.MAX_VALUE, Long.MAX_VALUE);
    refused("longer", 1, STRING, 1, 2L, Integer.MAX_VALUE, Integer.MAX_VALUE);
    refused("longer", 1, STRING, 1, 1L, -1);
    refused("place", 1, FLOAT, 1, 1L, -2L);
    refused("place", 1, FLOAT, 1, 1L, 0L);
  }

  @Test
  void memoryIsTakenForWhatComesOnly() {
    // A gigabyte that is announced and does not come.
    sent(1, FLOAT, 1, (1L << 28) - 8, -1L);
    ArrayChannel channel = new ArrayChannel(there);
    assertThatThrownBy(() -> channel.readArrays(MANY)).isInstanceOf(EOFException.class);
  }

  @Test
  void aFileThatIsCutOffIsRefused() throws IOException {
    Path file = Files.createFile(work.resolve("a"));
    sent(1, FLOAT, 1, 5000L, 100L);
    ArrayChannel channel = new ArrayChannel(there, Files.createFile(work.resolve("b")), file);
    assertThatThrownBy(() -> channel.readArrays(MANY)).isInstanceOf(ProtocolException.class);
  }

  @Test
  void anAnswerIsArraysOrAnErrorOfAKind() throws IOException {
    sent(3, 0, 7);
    ArrayChannel channel = new ArrayChannel(there);
    assertThat(ProcessMessages.Answer.read(channel, MANY).arrays()).isEmpty();
    assertThatThrownBy(() -> ProcessMessages.Answer.read(channel, MANY))
        .isInstanceOf(ProtocolException.class);
  }

  private void refused(String message, Object... numbers) {
    try {
      close();
      connect();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    sent(numbers);
    ArrayChannel channel = new ArrayChannel(there);
    assertThatThrownBy(() -> channel.readArrays(MANY))
        .as(Arrays.toString(numbers))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(message);
  }

  /** Sends numbers of four and eight bytes, and no more. */
  private void sent(Object... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    for (Object number : numbers) {
      if (number instanceof Long l) {
        bytes.putLong(l);
      } else {
        bytes.putInt((Integer) number);
      }
    }
    try {
      here.write(bytes.flip());
      here.shutdownOutput();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
