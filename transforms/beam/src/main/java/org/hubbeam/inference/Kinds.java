// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.batch.DType;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.Example;

/** The kinds of elements that {@link HubEmbed} knows, before a collection of them is seen. */
final class Kinds {

  private Kinds() {}

  /** How a collection of such elements is embedded. */
  interface Kind<T, O> extends Serializable {

    /**
     * How its elements are embedded.
     *
     * @param input what is embedded
     * @param spec keeps one output
     */
    Prepared<T, O> prepare(PCollection<T> input, ModuleSpec spec);
  }

  /**
   * Ready for a collection.
   *
   * @param columns the columns that every element has; null when they are not known
   * @param coder for the elements that leave
   */
  record Prepared<T, O>(
      Elements<T, O> elements, @Nullable Map<String, Column> columns, Coder<O> coder) {}

  /**
   * What is known about a column before there are values.
   *
   * @param dtype null when only the values tell
   * @param described the column and its type, for messages
   */
  record Column(@Nullable DType dtype, String described) {

    static final Column TEXT = new Column(DType.STRING, "the elements are strings");

    static Column of(Schema.Field field) {
      DType dtype = dtype(field.getType());
      return new Column(
          dtype, "the field '" + field.getName() + "' is " + field.getType().getTypeName());
    }

    private static @Nullable DType dtype(Schema.FieldType type) {
      return switch (type.getTypeName()) {
        case STRING, BYTES -> DType.STRING;
        case BYTE, INT16, INT32 -> DType.INT32;
        case INT64 -> DType.INT64;
        case FLOAT -> DType.FLOAT32;
        case DOUBLE -> DType.FLOAT64;
        case BOOLEAN -> DType.BOOL;
        case ARRAY, ITERABLE -> dtype(type.getCollectionElementType());
        default -> null;
      };
    }
  }

  static Kind<String, KV<String, float[]>> texts() {
    return (input, spec) -> {
      String column = onlyColumn(spec);
      return new Prepared<>(
          textElements(column),
          Map.of(column, Column.TEXT),
          KvCoder.of(input.getCoder(), VectorCoder.of()));
    };
  }

  static Elements<String, KV<String, float[]>> textElements(String column) {
    return new Keyed<>(text -> oneValue(column, text), text -> text, text -> text);
  }

  static <K> Kind<KV<K, String>, KV<K, float[]>> keyedTexts() {
    return (input, spec) -> {
      String column = onlyColumn(spec);
      if (!(input.getCoder() instanceof KvCoder<K, String> coder)) {
        throw new IllegalArgumentException(
            "texts under keys need a KvCoder; the collection has " + input.getCoder());
      }
      return new Prepared<>(
          new Keyed<>(
              kv -> oneValue(column, kv.getValue()), KV::getKey, kv -> String.valueOf(kv.getKey())),
          Map.of(column, Column.TEXT),
          KvCoder.of(coder.getKeyCoder(), VectorCoder.of()));
    };
  }

  static <T> Kind<T, KV<T, float[]>> via(SerializableFunction<T, Map<String, Object>> values) {
    return (input, spec) ->
        new Prepared<>(
            new Keyed<>(values, element -> element, String::valueOf),
            null,
            KvCoder.of(input.getCoder(), VectorCoder.of()));
  }

  static Kind<Row, Row> rows() {
    return (input, spec) -> {
      if (!input.hasSchema()) {
        throw new IllegalArgumentException("rows need a schema; the collection has none");
      }
      Schema schema = input.getSchema();
      Set<String> fields = namedColumns(spec, "field");
      Map<String, Column> columns = new LinkedHashMap<>();
      for (String field : fields) {
        if (!schema.hasField(field)) {
          throw new IllegalArgumentException(
              "there is no field '" + field + "'; there are " + schema.getFieldNames());
        }
        columns.put(field, Column.of(schema.getField(field)));
      }
      RowElements elements = RowElements.of(schema, fields, outputColumn(spec));
      return new Prepared<>(elements, columns, RowCoder.of(elements.output()));
    };
  }

  static Kind<Example, Example> examples() {
    return (input, spec) -> {
      Set<String> features = namedColumns(spec, "feature");
      Map<String, Column> columns = new LinkedHashMap<>();
      features.forEach(f -> columns.put(f, new Column(null, "the feature '" + f + "'")));
      return new Prepared<>(
          new ExampleElements(features, outputColumn(spec)), columns, input.getCoder());
    };
  }

  /** The column that the one output of a spec goes to. */
  static String outputColumn(ModuleSpec spec) {
    return spec.mapping().outputs().values().iterator().next();
  }

  private static String onlyColumn(ModuleSpec spec) {
    Set<String> columns = Set.copyOf(spec.mapping().inputs().values());
    if (columns.size() > 1) {
      throw new IllegalArgumentException(
          "a text is one column; the spec takes " + spec.mapping().inputs());
    }
    return columns.isEmpty() ? "text" : columns.iterator().next();
  }

  private static Set<String> namedColumns(ModuleSpec spec, String what) {
    if (spec.mapping().inputs().isEmpty()) {
      throw new IllegalArgumentException(
          "the spec does not say which " + what + " is embedded: use withInput");
    }
    return Set.copyOf(spec.mapping().inputs().values());
  }

  private static Map<String, Object> oneValue(String column, String text) {
    return Collections.singletonMap(column, text);
  }

  /** Elements that leave as pairs of a key and the vector. */
  private record Keyed<T, K>(
      SerializableFunction<T, Map<String, Object>> columns,
      SerializableFunction<T, K> key,
      SerializableFunction<T, String> name)
      implements Elements<T, KV<K, float[]>> {

    @Override
    public Map<String, Object> values(T element) {
      return columns.apply(element);
    }

    @Override
    public KV<K, float[]> with(T element, float[] vector) {
      return KV.of(key.apply(element), vector);
    }

    @Override
    public float[] vector(KV<K, float[]> embedded) {
      return embedded.getValue();
    }

    @Override
    public KV<K, float[]> replaced(KV<K, float[]> embedded, float[] vector) {
      return KV.of(embedded.getKey(), vector);
    }

    @Override
    public String id(T element) {
      return name.apply(element);
    }
  }

  /** Elements under the digests of their modules. */
  static <T, O> Kind<T, KV<String, O>> withDigest(Kind<T, O> kind) {
    return (input, spec) -> {
      Prepared<T, O> prepared = kind.prepare(input, spec);
      return new Prepared<>(
          new WithDigest<>(prepared.elements()),
          prepared.columns(),
          KvCoder.of(StringUtf8Coder.of(), prepared.coder()));
    };
  }

  private record WithDigest<T, O>(Elements<T, O> elements) implements Elements<T, KV<String, O>> {

    @Override
    public Map<String, Object> values(T element) {
      return elements.values(element);
    }

    @Override
    public KV<String, O> with(T element, float[] vector) {
      throw new IllegalStateException("a vector without the digest of its module");
    }

    @Override
    public KV<String, O> with(T element, float[] vector, Supplier<String> digest) {
      return KV.of(digest.get(), elements.with(element, vector));
    }

    @Override
    public float[] vector(KV<String, O> embedded) {
      return elements.vector(embedded.getValue());
    }

    @Override
    public KV<String, O> replaced(KV<String, O> embedded, float[] vector) {
      return KV.of(embedded.getKey(), elements.replaced(embedded.getValue(), vector));
    }

    @Override
    public String id(T element) {
      return elements.id(element);
    }
  }

  /** Elements under other names in failures. */
  record WithIds<T, O>(Elements<T, O> elements, SerializableFunction<T, String> ids)
      implements Elements<T, O> {

    @Override
    public Map<String, Object> values(T element) {
      return elements.values(element);
    }

    @Override
    public O with(T element, float[] vector) {
      return elements.with(element, vector);
    }

    @Override
    public O with(T element, float[] vector, Supplier<String> digest) {
      return elements.with(element, vector, digest);
    }

    @Override
    public float[] vector(O embedded) {
      return elements.vector(embedded);
    }

    @Override
    public O replaced(O embedded, float[] vector) {
      return elements.replaced(embedded, vector);
    }

    @Override
    public String id(T element) {
      return ids.apply(element);
    }
  }
}
