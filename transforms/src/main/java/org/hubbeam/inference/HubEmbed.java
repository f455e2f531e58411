package org.hubbeam.inference;

import java.util.Map;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.batch.Failure;
import org.tensorflow.proto.Example;

/**
 * Embeds elements: each leaves with the vector that a module gives for it.
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
 * @param <T> elements in
 * @param <O> elements out
 */
public final class HubEmbed<T, O> extends PTransform<PCollection<T>, HubEmbed.Result<O>> {
  private static final long serialVersionUID = 1;

  /** The column, field or feature of the vector, where the spec does not name it. */
  public static final String EMBEDDING = "embedding";

  private final ModuleSpec spec;
  private final ModuleLoader loader;
  private final Kinds.Kind<T, O> kind;
  private final SerializableFunction<T, String> ids;
  private final Placement placement;

  private HubEmbed(
      ModuleSpec spec,
      ModuleLoader loader,
      Kinds.Kind<T, O> kind,
      SerializableFunction<T, String> ids,
      Placement placement) {
    this.placement = placement;
    this.spec = spec;
    this.loader = loader;
    this.kind = kind;
    this.ids = ids;
  }

  /** Texts, for a function of one string input: each leaves as the key of its vector. */
  public static HubEmbed<String, KV<String, float[]>> texts(ModuleSpec spec) {
    return of(spec, Kinds.texts());
  }

  /**
   * Texts under keys, for a function of one string input: vectors leave under the keys. The key
   * names the row in failures.
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
    return new HubEmbed<>(one, ModuleLoader.FromHub.INSTANCE, kind, null, Placement.IN_PLACE);
  }

  /**
   * With other names for elements in failures; the default is the key, the text, or the printed
   * element, shortened.
   */
  public HubEmbed<T, O> withIds(SerializableFunction<T, String> value) {
    return new HubEmbed<>(spec, loader, kind, value, placement);
  }

  /** With other workers that call the module. */
  public HubEmbed<T, O> withPlacement(Placement value) {
    return new HubEmbed<>(spec, loader, kind, ids, value);
  }

  HubEmbed<T, O> withLoader(ModuleLoader value) {
    return new HubEmbed<>(spec, value, kind, ids, placement);
  }

  /**
   * The DoFn, for a ParDo of one's own over this collection.
   *
   * @throws IllegalArgumentException when the collection has not what the spec takes
   */
  public HubEmbedFn<T, O> fn(PCollection<T> input) {
    return fn(kind.prepare(input, spec));
  }

  private HubEmbedFn<T, O> fn(Kinds.Prepared<T, O> prepared) {
    Elements<T, O> elements =
        ids == null ? prepared.elements() : new Kinds.WithIds<>(prepared.elements(), ids);
    return new HubEmbedFn<>(spec, loader, elements, prepared.coder());
  }

  /**
   * Looks at the module first, unless the spec says not to.
   *
   * @throws org.hubbeam.model.ModuleException when the module, the function, or an input or output
   *     of the mapping is not there, naming those that are
   * @throws IllegalArgumentException when the collection has not what the spec takes
   */
  @Override
  public Result<O> expand(PCollection<T> input) {
    Kinds.Prepared<T, O> prepared = kind.prepare(input, spec);
    SpecCheck.vector(spec, loader, prepared.columns());
    HubEmbedFn<T, O> fn = fn(prepared);
    return fn.collect(
        placement
            .of(input)
            .apply("Embed", ParDo.of(fn).withOutputTags(fn.embeddings(), fn.otherTags())));
  }

  /** The elements that went on, and those that did not. */
  public static final class Result<O> extends ResultWithFailures<O> {
    Result(PCollection<O> embeddings, PCollection<Failure> failures) {
      super(embeddings, failures);
    }

    /** The elements with their vectors. */
    public PCollection<O> embeddings() {
      return output();
    }
  }
}
