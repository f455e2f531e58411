// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FunctionPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * A channel that FFmpeg reads from. FFmpeg opens nothing by itself: neither a name nor what stands
 * in a file makes it open another one. For one thread at a time.
 */
final class FfmpegChannel implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  /** How long FFmpeg may read without coming to a frame. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Map<Long, FfmpegChannel> OPEN = new ConcurrentHashMap<>();

  /** One for all jobs of this JVM, which have the same functions to lend: JavaCPP locks nothing. */
  private static final Object LENDER = Loader.class;

  private static @Nullable Callbacks callbacks;

  private final SeekableByteChannel channel;
  private final Pointer key;
  private final AVIOContext context;
  private boolean behindEnd;
  private long began = System.nanoTime();
  private @Nullable Throwable broken;

  /** Takes the channel over, and closes it. */
  FfmpegChannel(SeekableByteChannel channel) {
    this.channel = channel;
    key = Ffmpeg.present(avutil.av_malloc(1), "a key");
    Callbacks lent = register();
    BytePointer buffer =
        new BytePointer(Ffmpeg.present(avutil.av_malloc(BUFFER), "a buffer")).capacity(BUFFER);
    context =
        Ffmpeg.present(
            avformat.avio_alloc_context(buffer, BUFFER, 0, key, lent.read, null, lent.seek),
            "a channel");
  }

  private Callbacks register() {
    synchronized (LENDER) {
      Callbacks lent = callbacks == null ? Callbacks.lend() : callbacks;
      callbacks = lent;
      OPEN.put(key.address(), this);
      return lent;
    }
  }

  private void unregister() {
    synchronized (LENDER) {
      OPEN.remove(key.address());
      if (OPEN.isEmpty() && callbacks != null) {
        callbacks.giveBack();
        callbacks = null;
      }
    }
  }

  AVIOContext context() {
    return context;
  }

  /** The last bytes of the channel, at most so many. */
  byte[] tail(int count) throws IOException {
    long size = channel.size();
    long position = channel.position();
    ByteBuffer tail = ByteBuffer.allocate((int) Math.min(count, size));
    channel.position(size - tail.capacity());
    while (tail.hasRemaining() && channel.read(tail) >= 0) {}
    channel.position(position);
    return tail.array();
  }

  /**
   * Throws what broke the channel.
   *
   * @throws IOException when a read failed
   */
  void rethrow() throws IOException {
    if (broken instanceof Error error) {
      throw error;
    }
    if (broken != null) {
      throw new IOException(
          broken instanceof IOException ? broken.getMessage() : broken.toString(), broken);
    }
  }

  /** Something has come of what was read. */
  void progress() {
    began = System.nanoTime();
  }

  private void requirePatience() throws IOException {
    if (System.nanoTime() - began > PATIENCE.toNanos()) {
      throw new IOException("nothing came of it in " + PATIENCE.toSeconds() + " seconds");
    }
  }

  private int read(BytePointer buffer, int size) {
    try {
      requirePatience();
      if (behindEnd) {
        return avutil.AVERROR_EOF();
      }
      ByteBuffer into = buffer.capacity(size).asByteBuffer();
      int count = 0;
      while (count == 0) {
        count = channel.read(into);
      }
      return count < 0 ? avutil.AVERROR_EOF() : count;
    } catch (IOException | RuntimeException | Error e) {
      // Nothing may be thrown through the native frames that called this.
      broken = e;
      return avutil.AVERROR_EIO();
    }
  }

  private long seek(long offset, int whence) {
    try {
      requirePatience();
      long size = channel.size();
      if ((whence & avformat.AVSEEK_SIZE) != 0) {
        return size;
      }
      long base =
          switch (whence & ~avformat.AVSEEK_FORCE) {
            case 0 -> 0;
            case 1 -> channel.position();
            case 2 -> size;
            default -> Long.MIN_VALUE;
          };
      long target = base + offset;
      if (target < 0) {
        return avutil.AVERROR_EINVAL();
      }
      // Files tell of places that none has, and that channels refuse; there, the file has ended.
      behindEnd = target > size;
      channel.position(Math.min(target, size));
      return target;
    } catch (IOException | RuntimeException | Error e) {
      // Nothing may be thrown through the native frames that called this.
      broken = e;
      return avutil.AVERROR_EIO();
    }
  }

  @Override
  public void close() throws IOException {
    avutil.av_free(context.buffer());
    avformat.avio_context_free(context);
    unregister();
    avutil.av_free(key);
    channel.close();
  }

  /**
   * The functions that all channels share while one is open. JavaCPP has ten of a kind to lend, for
   * all class loaders together.
   */
  private record Callbacks(Read read, Seek seek) {

    static Callbacks lend() {
      Callbacks lent = new Callbacks(new Read(), new Seek());
      if (isMissing(lent.read) || isMissing(lent.seek)) {
        lent.giveBack();
        throw new IllegalStateException(
            "ten jobs of this JVM read clips and sound with FFmpeg now, which is the most; run"
                + " fewer of them at a time on one worker");
      }
      return lent;
    }

    /** Whether none was left: what is lent starts with the address of the native function. */
    private static boolean isMissing(FunctionPointer lent) {
      return Pointer.isNull(new PointerPointer<>(lent).get(0));
    }

    void giveBack() {
      read.close();
      seek.close();
    }
  }

  private static final class Read extends Read_packet_Pointer_BytePointer_int {
    @Override
    public int call(Pointer opaque, BytePointer buffer, int size) {
      FfmpegChannel open = OPEN.get(opaque.address());
      return open == null ? avutil.AVERROR_EIO() : open.read(buffer, size);
    }
  }

  private static final class Seek extends Seek_Pointer_long_int {
    @Override
    public long call(Pointer opaque, long offset, int whence) {
      FfmpegChannel open = OPEN.get(opaque.address());
      return open == null ? avutil.AVERROR_EIO() : open.seek(offset, whence);
    }
  }
}
