// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.InstantCoder;
import org.apache.beam.sdk.coders.StructuredCoder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.joda.time.Instant;

/** An element that waits, and where it belongs. */
record Placed<T>(T element, Instant timestamp, BoundedWindow window, PaneInfo pane) {

  /** Another element in the same place. */
  <E> Placed<E> with(E other) {
    return new Placed<>(other, timestamp, window, pane);
  }

  /** What savepoints have of elements that wait: a change of it makes them unreadable. */
  static final class PlacedCoder<T> extends StructuredCoder<Placed<T>> {
    private static final long serialVersionUID = 1;

    private final Coder<T> elements;
    private final Coder<BoundedWindow> windows;

    private PlacedCoder(Coder<T> elements, Coder<BoundedWindow> windows) {
      this.elements = elements;
      this.windows = windows;
    }

    /**
     * The coder of elements in windows.
     *
     * @param windows of all windows that occur
     */
    @SuppressWarnings("unchecked")
    static <T> PlacedCoder<T> of(Coder<T> elements, Coder<? extends BoundedWindow> windows) {
      return new PlacedCoder<>(elements, (Coder<BoundedWindow>) windows);
    }

    Coder<BoundedWindow> windows() {
      return windows;
    }

    @Override
    public void encode(Placed<T> value, OutputStream out) throws IOException {
      InstantCoder.of().encode(value.timestamp, out);
      windows.encode(value.window, out);
      PaneInfo.PaneInfoCoder.of().encode(value.pane, out);
      elements.encode(value.element, out);
    }

    @Override
    public Placed<T> decode(InputStream in) throws IOException {
      Instant timestamp = InstantCoder.of().decode(in);
      BoundedWindow window = windows.decode(in);
      PaneInfo pane = PaneInfo.PaneInfoCoder.of().decode(in);
      return new Placed<>(elements.decode(in), timestamp, window, pane);
    }

    @Override
    public List<? extends Coder<?>> getCoderArguments() {
      return List.of(elements, windows);
    }

    @Override
    public void verifyDeterministic() throws NonDeterministicException {
      verifyDeterministic(this, "an element has no one encoding", elements, windows);
    }
  }
}
