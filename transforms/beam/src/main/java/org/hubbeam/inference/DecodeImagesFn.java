package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.media.ImageSize;
import org.hubbeam.media.MediaException;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Decodes the images of batches, and gathers those of one size within a bundle. */
final class DecodeImagesFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final DecodeImages.Settings settings;
  private transient Map<Key, ImageGroup> groups;
  private transient long waiting;

  DecodeImagesFn(DecodeImages.Settings settings) {
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
    Batch staying = staying(batch);
    List<ArraySpec> columns = columns(staying);
    for (int row = 0; row < batch.rows(); row++) {
      try {
        Image image = ImageDecoder.decode(encoded(batch, row), settings.spec());
        add(place, columns, staying, row, image, out);
      } catch (MediaException e) {
        receivers
            .get(FAILURES)
            .output(
                Failure.reading(
                    MediaColumn.id(settings.id(), batch, row), settings.bytes(), e.getMessage()));
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
    groups = null;
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
    out.put(group.batch(settings.image()), key.place);
  }

  private Batch staying(Batch batch) {
    if (settings.encoded() == DecodeImages.Encoded.KEEP) {
      return batch;
    }
    List<String> names = new ArrayList<>(batch.columns().keySet());
    names.remove(settings.bytes());
    return batch.only(names);
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

  private byte[] encoded(Batch batch, int row) throws MediaException {
    Array column = batch.column(settings.bytes());
    if (column.dtype() != DType.STRING) {
      throw new MediaException("is " + column.spec(settings.bytes()) + ", not encoded images");
    }
    if (column.layout() == Layout.DENSE && column.dims().size() == 1) {
      return ((Values.Strings) column.values()).get(row);
    }
    Values.Strings values = (Values.Strings) column.slice(row, row + 1).values();
    if (values.size() != 1) {
      throw new MediaException("has " + values.size() + " encoded images, not one");
    }
    return values.get(0);
  }
}
