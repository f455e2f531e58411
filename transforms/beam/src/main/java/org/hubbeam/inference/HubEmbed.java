// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.Projection;
import org.hubbeam.vectors.Storage;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.Example;

/**
 * Embeds elements: each is output with the vector that a module computes for it.
 *
 * <pre>{@code
 * PCollection<KV<String, float[]>> vectors =
 *     lines.apply(HubEmbed.texts(ModuleSpec.of("google/nnlm/tensorFlow2/en-dim128/1")))
 *         .failuresTo(failures);
 * }</pre>
 *
 * <p>Elements are gathered into batches within a bundle, up to the spec's {@link Limits}; each
 * keeps its window, timestamp and pane. What the module refuses, or what has no value to give it,
 * is a failure; the others go on. The vector is one output of the function: the one that the spec
 * keeps, else the only one, else the one called {@code default}; integers and other floats become
 * float32, more dimensions are flattened.
 *
 * <p>A batch ends with its bundle, so a call has no more rows than a bundle has elements: Flink's
 * bundles of 1,000 elements or a second are large enough. For streams there is {@link
 * #withMaxWait(Duration)}. Flink copies elements between steps, and encodes them for that, unless
 * it runs with {@code --useDataStreamForBatch --objectReuse --fasterCopy}.
 *
 * @param <T> elements in
 * @param <O> elements out
 */
public final class HubEmbed<T, O> extends PTransform<PCollection<T>, HubEmbed.Result<O>> {
  private static final long serialVersionUID = 1;

  /** The column, field or feature of the vector, where the spec does not name it. */
  public static final String EMBEDDING = "embedding";

  private final Settings<T, O> settings;

  /**
   * How elements are embedded.
   *
   * @param ids names for elements in failures; null for those of their kind
   * @param placement which workers call the module
   * @param steps what is done to the vectors
   * @param maxWait how long elements wait for others; null for the end of their bundle
   */
  private record Settings<T, O>(
      ModuleSpec spec,
      ModuleLoader loader,
      Kinds.Kind<T, O> kind,
      @Nullable SerializableFunction<T, String> ids,
      Placement placement,
      PostProcessing steps,
      @Nullable MaxWait maxWait)
      implements Serializable {

    Settings<T, O> pinned() {
      return new Settings<>(spec.pinned(loader), loader, kind, ids, placement, steps, maxWait);
    }

    Settings<T, O> withLoader(ModuleLoader value) {
      return new Settings<>(spec, value, kind, ids, placement, steps, maxWait);
    }

    Settings<T, O> withIds(SerializableFunction<T, String> value) {
      return new Settings<>(spec, loader, kind, value, placement, steps, maxWait);
    }

    Settings<T, O> withPlacement(Placement value) {
      return new Settings<>(spec, loader, kind, ids, value, steps, maxWait);
    }

    Settings<T, O> withSteps(PostProcessing value) {
      return new Settings<>(spec, loader, kind, ids, placement, value, maxWait);
    }

    Settings<T, O> withWait(MaxWait value) {
      return new Settings<>(spec, loader, kind, ids, placement, steps, value);
    }
  }

  private HubEmbed(Settings<T, O> settings) {
    this.settings = settings;
  }

  /** Embeds texts with a function of one string input. The text is the key of its vector. */
  public static HubEmbed<String, KV<String, float[]>> texts(ModuleSpec spec) {
    return of(spec, Kinds.texts());
  }

  /**
   * Embeds texts with keys, with a function of one string input. The output has the same keys. The
   * key names the row in failures.
   */
  public static <K> HubEmbed<KV<K, String>, KV<K, float[]>> keyedTexts(ModuleSpec spec) {
    return of(spec, Kinds.keyedTexts());
  }

  /**
   * Beam rows: fields are the columns of the spec's mapping; all fields leave, with the vector as a
   * field more, an array of floats called {@value #EMBEDDING} unless the spec names it.
   */
  public static HubEmbed<Row, Row> rows(ModuleSpec spec) {
    return of(spec, Kinds.rows());
  }

  /** Beam rows, for a function of one input, which takes this field. */
  public static HubEmbed<Row, Row> rows(ModuleSpec spec, String field) {
    return rows(spec.withInput(field));
  }

  /**
   * Examples: features are the columns of the spec's mapping; all features leave, with the vector
   * as a feature more, called {@value #EMBEDDING} unless the spec names it.
   */
  public static HubEmbed<Example, Example> examples(ModuleSpec spec) {
    return of(spec, Kinds.examples());
  }

  /** Examples, for a function of one input, which takes this feature. */
  public static HubEmbed<Example, Example> examples(ModuleSpec spec, String feature) {
    return examples(spec.withInput(feature));
  }

  /**
   * Elements of any type: each leaves as the key of its vector.
   *
   * @param values the values of an element by column: String, {@code byte[]}, a boxed number or
   *     Boolean, arrays and lists of them, or {@code Array.Dense}; must not be null. An element for
   *     which this throws is a failure.
   */
  public static <T> HubEmbed<T, KV<T, float[]>> via(
      ModuleSpec spec, SerializableFunction<T, Map<String, Object>> values) {
    return of(spec, Kinds.via(values));
  }

  private static <T, O> HubEmbed<T, O> of(ModuleSpec spec, Kinds.Kind<T, O> kind) {
    if (spec.mapping().outputs().size() > 1) {
      throw new IllegalArgumentException(
          "an embedding is one output; the spec keeps " + spec.mapping().outputs().keySet());
    }
    ModuleSpec one =
        spec.mapping().outputs().isEmpty()
            ? spec.withOutput(ModuleSpec.Mapping.ONLY, EMBEDDING)
            : spec;
    return new HubEmbed<>(
        new Settings<>(
            one,
            ModuleLoader.FromHub.INSTANCE,
            kind,
            null,
            Placement.IN_PLACE,
            PostProcessing.NONE,
            null));
  }

  /**
   * Sets the names of elements in failures. Default: the key, the text, or the printed element,
   * shortened.
   */
  public HubEmbed<T, O> withIds(SerializableFunction<T, String> value) {
    return new HubEmbed<>(settings.withIds(value));
  }

  /** Sets which workers call the module. */
  public HubEmbed<T, O> withPlacement(Placement value) {
    return new HubEmbed<>(settings.withPlacement(value));
  }

  /**
   * With a bound on waiting that does not depend on bundles, for streams: engines end the bundles
   * of a stream whenever they like, often after one element. Elements wait in the engine's state,
   * where checkpoints keep them, until their batch is full or this time is over; then they leave at
   * once. They hold the watermark meanwhile, and keep their windows, timestamps and panes; batches
   * have elements of several windows. At the end of a bounded collection, and when a stream is
   * drained, nobody waits.
   *
   * <p>Costs a shuffle, so it also spreads elements over the workers, whatever the placement. Order
   * is not kept between elements.
   */
  public HubEmbed<T, O> withMaxWait(MaxWait value) {
    return new HubEmbed<>(settings.withWait(value));
  }

  /** The same, this long. */
  public HubEmbed<T, O> withMaxWait(Duration value) {
    return withMaxWait(MaxWait.of(value));
  }

  /**
   * With the digest of the module that made each vector as the key of the element: the sha256 of
   * the lines of {@code sha256sum} for all files of the module, by their paths. The files are read
   * once a load.
   */
  public HubEmbed<T, KV<String, O>> withDigest() {
    return new HubEmbed<>(
        new Settings<>(
            settings.spec,
            settings.loader,
            Kinds.withDigest(settings.kind),
            settings.ids,
            settings.placement,
            settings.steps,
            settings.maxWait));
  }

  /**
   * With steps after the call. What is not pooled is one vector an element, more dimensions
   * flattened; a mask is one of the input columns. A projection on principal components is fitted
   * to the vectors of the whole collection, which must be bounded, in all windows; the engine keeps
   * the elements meanwhile.
   *
   * @throws IllegalArgumentException when vectors are to be stored as anything but float32, which
   *     elements cannot carry
   */
  public HubEmbed<T, O> withPostProcessing(PostProcessing value) {
    if (value.storage() != Storage.FLOAT32) {
      throw new IllegalArgumentException(
          "elements carry float32 vectors, not "
              + value.storage().dtype()
              + ": PostProcessVectors stores vectors of batches so");
    }
    return new HubEmbed<>(settings.withSteps(value));
  }

  HubEmbed<T, O> withLoader(ModuleLoader value) {
    return new HubEmbed<>(settings.withLoader(value));
  }

  /**
   * The DoFn, for a ParDo of one's own over this collection.
   *
   * @throws IllegalArgumentException when the collection has not what the spec takes, or a
   *     projection is to be fitted first, or elements wait beyond their bundle
   */
  public HubEmbedFn<T, O> fn(PCollection<T> input) {
    if (settings.steps.projection() instanceof Projection.Pca pca) {
      throw new IllegalArgumentException(
          pca.describe() + " is fitted by the transform; its DoFn alone needs a fitted projection");
    }
    if (settings.maxWait != null) {
      throw new IllegalArgumentException(
          "elements wait beyond their bundle only in the transform, not in its DoFn alone");
    }
    return fn(settings.kind.prepare(input, settings.spec), settings.steps);
  }

  private HubEmbedFn<T, O> fn(Kinds.Prepared<T, O> prepared, PostProcessing steps) {
    return new HubEmbedFn<>(
        settings.spec, settings.loader, elements(prepared), prepared.coder(), steps);
  }

  private Elements<T, O> elements(Kinds.Prepared<T, O> prepared) {
    return settings.ids == null
        ? prepared.elements()
        : new Kinds.WithIds<>(prepared.elements(), settings.ids);
  }

  /**
   * Looks at the module first, unless the spec says not to.
   *
   * @throws org.hubbeam.model.ModuleException when the module, the function, or an input or output
   *     of the mapping is not there, naming those that are
   * @throws IllegalArgumentException when the collection has not what the spec takes, or the steps
   *     are not for the module's vectors
   */
  @Override
  public Result<O> expand(PCollection<T> input) {
    return pinned().called(input);
  }

  /** The same, bound to the module that is there now. */
  private HubEmbed<T, O> pinned() {
    return new HubEmbed<>(settings.pinned());
  }

  private Result<O> called(PCollection<T> input) {
    Kinds.Prepared<T, O> prepared = settings.kind.prepare(input, settings.spec);
    SpecCheck.vector(settings.spec, settings.loader, settings.steps, prepared.columns());
    boolean fits = settings.steps.projection() instanceof Projection.Pca;
    PostProcessing steps = fits ? settings.steps.beforeProjection() : settings.steps;
    Result<O> called =
        settings.maxWait == null
            ? inBundles(input, fn(prepared, steps))
            : waiting(input, prepared, steps, settings.maxWait);
    return fits
        ? ProjectElements.project(called, elements(prepared), settings.steps, prepared.coder())
        : called;
  }

  private Result<O> inBundles(PCollection<T> input, HubEmbedFn<T, O> fn) {
    return fn.collect(
        settings
            .placement
            .of(input)
            .apply("Embed", ParDo.of(fn).withOutputTags(fn.embeddings(), fn.otherTags())));
  }

  private Result<O> waiting(
      PCollection<T> input, Kinds.Prepared<T, O> prepared, PostProcessing steps, MaxWait maxWait) {
    WindowingStrategy<?, ?> windowing = input.getWindowingStrategy();
    Coder<? extends BoundedWindow> windows = windowing.getWindowFn().windowCoder();
    Placed.PlacedCoder<T> coder = Placed.PlacedCoder.of(input.getCoder(), windows);
    WaitingFn<T, O> fn =
        new WaitingFn<>(
            settings.spec, settings.loader, elements(prepared), steps, maxWait.duration(), coder);
    PCollectionTuple called =
        maxWait
            .sharded(input, coder)
            .apply(
                "Embed",
                ParDo.of(fn).withOutputTags(fn.embeddings(), TupleTagList.of(fn.failures())));
    Coder<Failure> failures = HubEmbedFn.failureCoder(input.getPipeline());
    return new Result<>(
        MaxWait.placed(
            "Embeddings",
            called.get(fn.embeddings()),
            Placed.PlacedCoder.of(prepared.coder(), windows),
            prepared.coder(),
            windowing),
        MaxWait.placed(
            "Failures",
            called.get(fn.failures()),
            Placed.PlacedCoder.of(failures, windows),
            failures,
            windowing),
        Optional.empty());
  }

  /** The embedded elements, the failures, and the projection. */
  public static final class Result<O> extends ResultWithFailures<O> {
    private final Optional<PCollection<Batch>> projection;

    Result(
        PCollection<O> embeddings,
        PCollection<Failure> failures,
        Optional<PCollection<Batch>> projection) {
      super(embeddings, failures);
      this.projection = projection;
    }

    /** The elements with their vectors. */
    public PCollection<O> embeddings() {
      return output();
    }

    /**
     * The matrix that was fitted, for {@link org.hubbeam.vectors.ProjectionMatrix#of} and {@link
     * Projection#fitted} later; none of no vectors. Empty when none was to be fitted.
     */
    public Optional<PCollection<Batch>> projection() {
      return projection;
    }
  }
}
