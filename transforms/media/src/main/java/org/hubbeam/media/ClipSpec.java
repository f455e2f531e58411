// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/**
 * The windows of frames that a module takes.
 *
 * @param image what each frame becomes. Of its decoding, the orientation counts (frames are turned
 *     as the file says) and the limit of pixels, for a frame; transparency is dropped, and pixels
 *     that the file says are not square are left as they are stored
 * @param maxFrames how many sampled frames a file may have; a longer one is a failure behind its
 *     first windows
 */
public record ClipSpec(
    FrameSampling sampling,
    ClipWindow window,
    ClipRest rest,
    ClipPadding padding,
    ImageSpec image,
    long maxFrames)
    implements Serializable {

  private static final int USUAL_FRAMES = 16;

  /**
   * Windows of 16 frames, one behind the other, of every frame; the rest in a window of the last
   * frames; short clips with their last frame repeated; any length; frames as {@link
   * ImageSpec#DEFAULT}.
   */
  public static final ClipSpec DEFAULT =
      new ClipSpec(
          FrameSampling.every(),
          ClipWindow.of(USUAL_FRAMES),
          ClipRest.LAST_FRAMES,
          ClipPadding.LAST_FRAME,
          ImageSpec.DEFAULT,
          Long.MAX_VALUE);

  public ClipSpec {
    if (maxFrames < 1) {
      throw new IllegalArgumentException("a clip has at least one frame, not " + maxFrames);
    }
    if (sampling instanceof FrameSampling.Count count && count.frames() < window.frames()) {
      throw new IllegalArgumentException(
          count.frames() + " frames a clip do not fill a window of " + window.frames());
    }
    image.size().ifPresent(size -> bytes(window, image, size));
  }

  /**
   * The windows for an input of a module, {@code [?, frames, height, width, channels]}: what its
   * shape and type fix; else 16 frames, and frames as {@link ImageSpec#forInput} has them.
   *
   * @throws IllegalArgumentException naming the input when it is none for clips
   */
  public static ClipSpec forInput(ArraySpec input) {
    Shape shape = input.shape();
    if (input.layout() != Layout.DENSE || !shape.hasRank() || shape.rank() != 5) {
      throw new IllegalArgumentException(
          "no input for clips, which is [?, frames, height, width, channels]: " + input);
    }
    List<Long> frame = new ArrayList<>(shape.dims());
    long frames = frame.remove(1);
    ImageSpec image =
        ImageSpec.forInput(
            new ArraySpec(input.name(), input.dtype(), new Shape(frame), input.layout()));
    return DEFAULT
        .withImage(image)
        .withWindow(ClipWindow.of(frames > 0 ? Math.toIntExact(frames) : USUAL_FRAMES));
  }

  /**
   * Checks that an input takes these clips.
   *
   * @throws IllegalArgumentException naming the clips and the input
   */
  public void check(ArraySpec input) {
    if (input.dtype() != image.dtype()
        || input.layout() != Layout.DENSE
        || !input.shape().admits(shape().dims())) {
      throw new IllegalArgumentException(this + " do not fit the input " + input);
    }
  }

  /** The shape of a column of such clips, -1 for what is not fixed. */
  public Shape shape() {
    List<Long> dims = new ArrayList<>(image.shape().dims());
    dims.add(1, (long) window.frames());
    return new Shape(dims);
  }

  /** The bytes of one window with frames of this size. */
  int byteSize(ImageSize size) {
    return bytes(window, image, size);
  }

  private static int bytes(ClipWindow window, ImageSpec image, ImageSize size) {
    long bytes = Math.multiplyExact(window.frames(), image.byteSize(size));
    if (bytes > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException(
          "a window of "
              + window.frames()
              + " frames of "
              + size
              + " pixels takes "
              + bytes
              + " bytes; at most "
              + (Integer.MAX_VALUE - 16)
              + " can be held");
    }
    return (int) bytes;
  }

  /** Sets which frames are used. */
  public ClipSpec withSampling(FrameSampling value) {
    return new ClipSpec(value, window, rest, padding, image, maxFrames);
  }

  /** Sets the windows. */
  public ClipSpec withWindow(ClipWindow value) {
    return new ClipSpec(sampling, value, rest, padding, image, maxFrames);
  }

  /** Sets what happens to the frames at the end. */
  public ClipSpec withRest(ClipRest value) {
    return new ClipSpec(sampling, window, value, padding, image, maxFrames);
  }

  /** Sets what happens to short clips. */
  public ClipSpec withPadding(ClipPadding value) {
    return new ClipSpec(sampling, window, rest, value, image, maxFrames);
  }

  /** Sets the images of the frames. */
  public ClipSpec withImage(ImageSpec value) {
    return new ClipSpec(sampling, window, rest, padding, value, maxFrames);
  }

  /** Sets the maximum number of sampled frames in a file. */
  public ClipSpec withMaxFrames(long value) {
    return new ClipSpec(sampling, window, rest, padding, image, value);
  }

  /** {@code clips of float32 [?, 16, 224, 224, 3]}. */
  @Override
  public String toString() {
    return "clips of " + image.dtype() + " " + shape();
  }
}
