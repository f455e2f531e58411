// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Reads the windows of one clip in order: MP4, Matroska, WebM, AVI, GIF and other formats of
 * FFmpeg, told by what the bytes are. It holds the frames of one window, and a few that the decoder
 * needs, however long the clip is; decoding is done on the calling thread. Not for several threads.
 *
 * <pre>{@code
 * try (ClipReader reader = ClipReader.open(file, spec)) {
 *   for (Clip clip = reader.next(); clip != null; clip = reader.next()) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>A clip that is cut off or damaged gives the windows that are whole before that place; then
 * {@link #next} throws. A cut is noticed where a packet is not whole, or where the container tells
 * how long it is and more than a quarter of a second and a hundredth of it is missing. Nothing
 * behind the first damage is read. A GIF that is cut off is refused as a whole.
 */
public final class ClipReader implements AutoCloseable {

  private final FrameSampler sampler;
  private final ClipSpec spec;
  private final Deque<Shown> ring = new ArrayDeque<>();
  private @Nullable ImageColumn column;
  private @Nullable ImageSize cell;
  private long frames;
  private long nextStart;
  private long windows;
  private boolean ended;

  /** A frame in the size, type and range that are wanted. */
  private record Shown(double seconds, byte[] pixels) {}

  private ClipReader(FrameSampler sampler, ClipSpec spec) {
    this.sampler = sampler;
    this.spec = spec;
  }

  /**
   * Opens a file on this machine.
   *
   * @throws MediaException when it is no clip, has no video track, or frames that are too large
   * @throws IOException when it cannot be read at all
   */
  public static ClipReader open(Path file, ClipSpec spec) throws IOException, MediaException {
    return open(FfmpegFile.of(file), spec);
  }

  /**
   * Opens the bytes of a file.
   *
   * @throws MediaException when they are no clip, have no video track, or frames that are too large
   */
  public static ClipReader open(byte[] file, ClipSpec spec) throws IOException, MediaException {
    return open(FfmpegFile.of(file), spec);
  }

  private static ClipReader open(FfmpegFile file, ClipSpec spec)
      throws IOException, MediaException {
    return new ClipReader(FrameSampler.open(file, spec.sampling(), spec.image()), spec);
  }

  /**
   * The next window.
   *
   * @return null behind the last
   * @throws MediaException when the clip is cut off or damaged here, has too many frames or none,
   *     or is too short and is not to be padded
   * @throws IOException when the file cannot be read further
   */
  public @Nullable Clip next() throws IOException, MediaException {
    try {
      return read();
    } catch (MediaException e) {
      throw windows == 0
          ? e
          : new MediaException(
              e.getMessage() + " (the clip's first " + windows + " windows are whole)", e);
    }
  }

  private @Nullable Clip read() throws IOException, MediaException {
    while (!ended) {
      if (!sampler.advance()) {
        ended = true;
        return rest();
      }
      if (frames == spec.maxFrames()) {
        ended = true;
        throw new MediaException("more than " + spec.maxFrames() + " frames");
      }
      add(sampler.seconds(), sampler.image());
      if (frames == nextStart + spec.window().frames()) {
        nextStart += spec.window().stride();
        return window();
      }
    }
    return null;
  }

  private void add(double seconds, Image image) throws MediaException {
    ImageSize wanted = spec.image().size().orElse(image.size());
    if (column == null) {
      cell = wanted;
      column = column(wanted);
    } else if (!wanted.equals(cell)) {
      throw new MediaException("frames of " + cell + " pixels and then of " + wanted);
    }
    byte[] pixels = sampler.isRepeated() ? ring.getLast().pixels : pixels(image);
    if (ring.size() == spec.window().frames()) {
      ring.removeFirst();
    }
    ring.add(new Shown(seconds, pixels));
    frames++;
  }

  private ImageColumn column(ImageSize wanted) throws MediaException {
    try {
      int bytes = spec.byteSize(wanted);
      long memory = Runtime.getRuntime().maxMemory();
      // The frames are held once, and once more as the window.
      if (bytes > memory / 3) {
        throw new MediaException(
            "a window of "
                + spec.window().frames()
                + " frames of "
                + wanted
                + " pixels takes "
                + bytes
                + " bytes, and there is a memory of "
                + memory
                + "; choose a smaller size or fewer frames");
      }
    } catch (IllegalArgumentException e) {
      throw new MediaException(Objects.requireNonNull(e.getMessage()), e);
    }
    return new ImageColumn(spec.image(), wanted);
  }

  private byte[] pixels(Image image) {
    ImageColumn images = Objects.requireNonNull(column);
    images.add(image);
    return ((Values.Numbers) images.build().values()).bytes();
  }

  /** The window that the end of the clip makes, or null. */
  private @Nullable Clip rest() throws MediaException {
    int wanted = spec.window().frames();
    if (frames == 0) {
      throw new MediaException("no frame in the video track");
    }
    if (frames < wanted) {
      return padded(wanted);
    }
    long last = nextStart - spec.window().stride() + wanted;
    boolean left = frames > Math.max(last, nextStart);
    return left && spec.rest() == ClipRest.LAST_FRAMES ? window() : null;
  }

  private Clip padded(int wanted) throws MediaException {
    if (spec.padding() == ClipPadding.NONE) {
      throw new MediaException(frames + " frames, which do not fill a window of " + wanted);
    }
    double end = ring.getLast().seconds();
    byte[] pixels =
        spec.padding() == ClipPadding.LAST_FRAME ? ring.getLast().pixels() : pixels(black());
    while (ring.size() < wanted) {
      ring.add(new Shown(end, pixels));
    }
    return window();
  }

  private Image black() {
    Channels channels = spec.image().channels();
    ImageSize size = Objects.requireNonNull(cell);
    return new Image(size, channels, new byte[(int) size.pixels() * channels.count()]);
  }

  private Clip window() {
    ImageSize size = Objects.requireNonNull(cell);
    byte[] bytes = new byte[spec.byteSize(size)];
    int at = 0;
    for (Shown frame : ring) {
      System.arraycopy(frame.pixels(), 0, bytes, at, frame.pixels().length);
      at += frame.pixels().length;
    }
    List<Long> dims = new ArrayList<>();
    dims.add((long) ring.size());
    dims.add((long) size.height());
    dims.add((long) size.width());
    dims.add((long) spec.image().channels().count());
    windows++;
    return new Clip(
        ring.getFirst().seconds(),
        ring.getLast().seconds(),
        new Array.Dense(dims, new Values.Numbers(spec.image().dtype(), bytes)));
  }

  @Override
  public void close() throws IOException {
    sampler.close();
  }
}
