// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.RowSize;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Utf8;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Preprocessor;
import org.yaml.snakeyaml.nodes.Node;

/**
 * A preprocessing function in a YAML file: the raw columns with their types, and the features as
 * expressions with the names of tf.Transform.
 *
 * <pre>{@code
 * columns:
 *   age: {type: float32}                    # one value a row; shape: [2, 3] for more
 *   words: {type: string, varlen: true}     # lists; ragged: true for ragged tensors
 *   steps: {type: int64, ragged: 2}         # lists of lists, as tf.SequenceExample has them
 * let:                                      # named expressions for use below; optional
 *   lower: to_lower(words)
 * outputs:
 *   age_z: scale_to_z_score(age)
 *   ids: compute_and_apply_vocabulary(lower, top_k=1000, num_oov_buckets=3, vocab_filename=words)
 * analyzers:                                # computed and reported; optional
 *   oldest: max(age)
 *   all_words: vocabulary(words, vocab_filename=all_words)
 * }</pre>
 *
 * <p>Positional arguments are in the order of tf.Transform's signatures. A bare name refers to an
 * expression of {@code let}, or else to a column; as an argument that takes a string, it is that
 * string. {@code column("a b")} refers to a column whose name is not a valid bare name. {@code a-b}
 * is the column of that name; if there is none, it is {@code a - b}.
 *
 * @param schema the raw columns
 * @param ragged the names of the columns that the function takes as ragged columns
 * @param function the features
 */
public record SpecFile(BatchSchema schema, Set<String> ragged, PreprocessingFunction function) {

  private static final String LET = "let";
  private static final List<String> PARTS = List.of("columns", LET, "outputs", "analyzers");
  private static final List<String> COLUMN = List.of("type", "shape", "varlen", "ragged");
  private static final int MOST_ENTRIES = 20_000;
  private static final int LONGEST_NAME = ExpressionScanner.LONGEST_NAME;
  private static final List<DType> TYPES = List.of(DType.STRING, DType.INT64, DType.FLOAT32);

  public SpecFile {
    ragged = Set.copyOf(ragged);
    ragged.forEach(schema::column);
  }

  /**
   * Reads a file.
   *
   * @throws SpecException when the file is not valid; the message contains the location and what is
   *     allowed
   */
  public static SpecFile read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.UTF_8);
    int fault = Utf8.fault(bytes, 0, bytes.length);
    if (fault >= 0) {
      int before = new String(bytes, 0, fault, StandardCharsets.UTF_8).length();
      throw SourceLocation.of(file.toString(), text, before)
          .error("this is no UTF-8, in which a spec file is written");
    }
    return parse(file.toString(), text);
  }

  /**
   * Parses the text of a file.
   *
   * @param name the name of the file, for messages
   * @throws SpecException when the file is not valid; the message contains the location and what is
   *     allowed
   */
  public static SpecFile parse(String name, String text) {
    return new Reader(new SpecYaml(name, text)).read();
  }

  /**
   * The function, traced.
   *
   * @throws SpecException when an expression is not valid; the message contains its location
   * @throws IllegalArgumentException when an output cannot be stored as {@code tf.Example}
   */
  public Preprocessor preprocessor() {
    return Preprocessor.ofRagged(schema, ragged, function);
  }

  /** The columns that the file calls just {@code ragged: true}. */
  public Set<String> lists() {
    return schema.columns().stream()
        .filter(c -> ragged.contains(c.name()) && c.shape().rank() == 2)
        .map(ArraySpec::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * The same file for data in which these columns are lists of lists.
   *
   * @param names some of {@link #lists}
   */
  public SpecFile withListsOfLists(Collection<String> names) {
    List<ArraySpec> columns =
        schema.columns().stream()
            .map(c -> names.contains(c.name()) ? lists(c.name(), c.dtype(), 2) : c)
            .toList();
    return new SpecFile(new BatchSchema(columns), ragged, function);
  }

  private static ArraySpec lists(String name, DType dtype, int levels) {
    return new ArraySpec(
        name, dtype, levels == 1 ? Shape.of(-1, -1) : Shape.of(-1, -1, -1), Layout.RAGGED);
  }

  private static final class Reader {
    private final SpecYaml yaml;
    private final List<ArraySpec> columns = new ArrayList<>();
    private final Set<String> ragged = new LinkedHashSet<>();
    private final KnownNames known = new KnownNames();

    Reader(SpecYaml yaml) {
      this.yaml = yaml;
    }

    SpecFile read() {
      Node root = yaml.root();
      Map<String, SpecYaml.Field> parts = yaml.fields(root, "the file", PARTS);
      for (String part : List.of("columns", "outputs")) {
        if (!parts.containsKey(part)) {
          throw yaml.error(root, "'" + part + "' is missing; allowed are " + PARTS);
        }
      }
      entries(parts, "columns").forEach(this::column);
      return new SpecFile(
          new BatchSchema(columns),
          ragged,
          new ExpressionFunction(
              expressions(parts, LET),
              expressions(parts, "analyzers"),
              expressions(parts, "outputs")));
    }

    private Map<String, SpecYaml.Field> entries(Map<String, SpecYaml.Field> parts, String part) {
      Node node = present(parts, part).value();
      Map<String, SpecYaml.Field> entries = yaml.fields(node, part);
      if (entries.size() > MOST_ENTRIES) {
        throw yaml.error(
            node, part + " has at most " + MOST_ENTRIES + " entries; found " + entries.size());
      }
      entries.forEach(
          (name, field) -> {
            if (name.indexOf('\0') >= 0 || name.length() > LONGEST_NAME) {
              throw yaml.error(
                  field.key(),
                  "a name has at most " + LONGEST_NAME + " characters, none of them NUL");
            }
          });
      return entries;
    }

    private void column(String name, SpecYaml.Field field) {
      known.add(name);
      String what = "the column '" + name + "'";
      Map<String, SpecYaml.Field> parts = yaml.fields(field.value(), what, COLUMN);
      if (!parts.containsKey("type")) {
        throw yaml.error(field.key(), what + " lacks its type; allowed are " + TYPES);
      }
      boolean varlen = flag(parts, "varlen");
      int levels = levels(parts);
      boolean isRagged = levels > 0;
      if (varlen && isRagged) {
        throw yaml.error(present(parts, "ragged").key(), what + " is either varlen or ragged");
      }
      if ((varlen || isRagged) && parts.containsKey("shape")) {
        throw yaml.error(present(parts, "shape").key(), what + " is of lists, which have no shape");
      }
      if (isRagged) {
        ragged.add(name);
      }
      columns.add(
          varlen || isRagged
              ? lists(name, type(parts), Math.max(1, levels))
              : new ArraySpec(name, type(parts), shape(parts), Layout.DENSE));
    }

    private static SpecYaml.Field present(Map<String, SpecYaml.Field> parts, String part) {
      return Objects.requireNonNull(parts.get(part), part);
    }

    /** How deep the lists are: 1 for {@code true}, 0 for {@code false}. */
    private int levels(Map<String, SpecYaml.Field> parts) {
      if (!parts.containsKey("ragged")) {
        return 0;
      }
      Node node = present(parts, "ragged").value();
      return switch (yaml.text(node, "ragged")) {
        case "false" -> 0;
        case "true", "1" -> 1;
        case "2" -> 2;
        default -> throw yaml.error(node, "ragged must be true, false, or 2 for lists of lists");
      };
    }

    private boolean flag(Map<String, SpecYaml.Field> parts, String part) {
      return parts.containsKey(part) && yaml.flag(parts.get(part).value(), part);
    }

    private DType type(Map<String, SpecYaml.Field> parts) {
      Node node = present(parts, "type").value();
      String name = yaml.text(node, "the type");
      return TYPES.stream()
          .filter(t -> t.toString().equals(name))
          .findFirst()
          .orElseThrow(
              () -> yaml.error(node, "there is no type '" + name + "'; allowed are " + TYPES));
    }

    private Shape shape(Map<String, SpecYaml.Field> parts) {
      List<Long> dims = new ArrayList<>(List.of(-1L));
      if (parts.containsKey("shape")) {
        for (Node item : yaml.items(parts.get("shape").value(), "the shape")) {
          String size = yaml.text(item, "a size");
          if (!size.matches("\\d{1,9}")) {
            throw yaml.error(item, "'" + size + "' is not a size");
          }
          dims.add(Long.valueOf(size));
        }
        RowSize.fault(dims)
            .ifPresent(
                fault -> {
                  throw yaml.error(present(parts, "shape").value(), "the shape " + fault);
                });
      }
      return new Shape(dims);
    }

    private Map<String, Expression> expressions(Map<String, SpecYaml.Field> parts, String part) {
      Map<String, Expression> expressions = new LinkedHashMap<>();
      if (parts.containsKey(part)) {
        entries(parts, part)
            .forEach(
                (name, field) -> {
                  expressions.put(name, yaml.expression(field.value(), "'" + name + "'", known));
                  if (part.equals(LET)) {
                    known.add(name);
                  }
                });
      }
      return expressions;
    }
  }
}
