// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.media.ImageSize;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.media.MediaException;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Decodes the images of batches, and gathers those of one size within a bundle. */
final class DecodeImagesFn extends MediaFn {
  private static final long serialVersionUID = 1;

  private final MediaSettings<ImageSpec> settings;
  private transient Map<Key, ImageGroup> groups = new LinkedHashMap<>();
  private transient long waiting;

  DecodeImagesFn(MediaSettings<ImageSpec> settings) {
    this.settings = settings;
  }

  /** Where a batch belongs. */
  private record Place(Instant timestamp, BoundedWindow window, PaneInfo pane) {}

  /** What rows of one batch have in common. */
  private record Key(Place place, List<ArraySpec> columns, ImageSize size) {}

  /** Where batches go, while a bundle runs or at its end. */
  private interface Out {
    void put(Batch batch, Place place);
  }

  /** Forgets what a bundle that failed has left. */
  @StartBundle
  public void startBundle() {
    groups = new LinkedHashMap<>();
    waiting = 0;
  }

  /** Decodes a batch; gives away what is full. */
  @ProcessElement
  public void process(
      @Element Batch batch,
      @Timestamp Instant timestamp,
      BoundedWindow window,
      PaneInfo pane,
      MultiOutputReceiver receivers) {
    Out out =
        (full, place) ->
            receivers
                .get(BATCHES)
                .outputWindowedValue(
                    full, place.timestamp, Collections.singleton(place.window), place.pane);
    Place place = new Place(timestamp, window, pane);
    Batch staying = settings.input().staying(batch);
    List<ArraySpec> columns = columns(staying);
    for (int row = 0; row < batch.rows(); row++) {
      try {
        Image image = ImageDecoder.decode(settings.input().value(batch, row), settings.spec());
        add(place, columns, staying, row, image, out);
      } catch (MediaException e) {
        receivers.get(FAILURES).output(settings.input().failure(settings.id(), batch, row, e));
      }
    }
    groups.values().forEach(ImageGroup::settle);
    if (!pane.equals(PaneInfo.NO_FIRING)) {
      flush(out);
    }
  }

  /** Gives away what is left: nothing of a firing pane, which Beam would forget here. */
  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    flush((batch, place) -> context.output(BATCHES, batch, place.timestamp, place.window));
    groups.clear();
  }

  /**
   * Without a limit: a batch leaves with its own timestamp while a later one is processed. The
   * watermark cannot have passed it, because both are in one bundle.
   */
  @Override
  @SuppressWarnings("deprecation")
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  private void add(
      Place place, List<ArraySpec> columns, Batch staying, int row, Image image, Out out) {
    Key key = new Key(place, columns, settings.spec().size().orElse(image.size()));
    ImageGroup group = groups.get(key);
    if (group != null && !group.takes(settings.limits())) {
      flush(key, out);
      group = null;
    }
    if (group == null) {
      int expected = settings.spec().size().isPresent() ? staying.rows() - row : 1;
      group = new ImageGroup(settings.spec(), key.size, expected, settings.limits());
      groups.put(key, group);
    }
    long before = group.byteSize();
    group.add(staying, row, image);
    waiting += group.byteSize() - before;
    while (waiting > 2 * settings.limits().bytes() && groups.size() > 1) {
      flush(largest(), out);
    }
  }

  private Key largest() {
    return groups.entrySet().stream()
        .max(Comparator.comparingLong(e -> e.getValue().byteSize()))
        .orElseThrow()
        .getKey();
  }

  private void flush(Out out) {
    for (Key key : List.copyOf(groups.keySet())) {
      flush(key, out);
    }
  }

  private void flush(Key key, Out out) {
    ImageGroup group = groups.remove(key);
    waiting -= group.byteSize();
    out.put(group.batch(settings.column()), key.place);
  }

  /** What columns are, without the number of rows: those of one kind can be laid end to end. */
  private static List<ArraySpec> columns(Batch batch) {
    List<ArraySpec> specs = new ArrayList<>();
    batch
        .columns()
        .forEach(
            (name, array) -> {
              List<Long> dims = array.dims().subList(1, array.dims().size());
              Shape row =
                  new Shape(
                      array.layout() == Layout.SPARSE
                          ? Collections.nCopies(dims.size(), -1L)
                          : dims);
              specs.add(new ArraySpec(name, array.dtype(), row, array.layout()));
            });
    return specs;
  }
}
