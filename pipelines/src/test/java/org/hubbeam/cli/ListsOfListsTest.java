// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.preprocessing.TransformFn;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.FeatureList;
import org.tensorflow.proto.FeatureLists;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.Int64List;
import org.tensorflow.proto.SequenceExample;

/** Preprocessing of lists of lists: feature lists of {@code tf.SequenceExample}, and JSON. */
class ListsOfListsTest {

  /** The words of three rows, the last without any. */
  private static final List<List<List<String>>> WORDS =
      List.of(
          List.of(List.of("a", "b"), List.of(), List.of("a")), List.of(List.of("c")), List.of());

  @TempDir Path work;

  @BeforeEach
  void writeSpec() throws IOException {
    Files.writeString(
        work.resolve("spec.yaml"),
        """
        columns:
          id: {type: int64, varlen: true}
          words: {type: string, ragged: true}
        outputs:
          id: id
          ids: compute_and_apply_vocabulary(words)
        """);
  }

  private static Feature texts(List<String> texts) {
    BytesList.Builder list = BytesList.newBuilder();
    texts.forEach(text -> list.addValue(ByteString.copyFromUtf8(text)));
    return Feature.newBuilder().setBytesList(list).build();
  }

  private static Feature number(long value) {
    return Feature.newBuilder().setInt64List(Int64List.newBuilder().addValue(value)).build();
  }

  /** The number of a row is in its context; a feature list has the same name, as it may. */
  private Path sequenceExamples() throws IOException {
    Path file = work.resolve("in.tfrecord.gz");
    try (TFRecordWriter out = new TFRecordWriter(Files.newOutputStream(file), Compression.GZIP)) {
      for (int row = 0; row < WORDS.size(); row++) {
        FeatureList.Builder words = FeatureList.newBuilder();
        WORDS.get(row).forEach(list -> words.addFeature(texts(list)));
        SequenceExample example =
            SequenceExample.newBuilder()
                .setContext(Features.newBuilder().putFeature("id", number(row)))
                .setFeatureLists(
                    FeatureLists.newBuilder()
                        .putFeatureList("words", words.build())
                        .putFeatureList(
                            "id", FeatureList.newBuilder().addFeature(number(99)).build()))
                .build();
        out.write(example.toByteArray());
      }
    }
    return file;
  }

  private Run transform(Path input) {
    return Run.of(
        "transform",
        "--spec=" + work.resolve("spec.yaml"),
        "--input=" + input,
        "--output=" + work.resolve("out"),
        "--runner=direct");
  }

  /** By frequency, and from the end of the alphabet where that is equal: a, c, b. */
  private void assertFeatures(Path prefix) throws IOException {
    assertThat(CliFixtures.examples(prefix))
        .extracting(e -> longs(e, "id") + " " + ids(e))
        .containsExactlyInAnyOrder("[0] [0, 2, 0] of [2, 0, 1]", "[1] [1] of [1]", "[2] [] of []");
  }

  private static String ids(Example example) {
    return longs(example, "ids$ragged_values") + " of " + longs(example, "ids$row_lengths_1");
  }

  private static List<Long> longs(Example example, String feature) {
    return example.getFeatures().getFeatureOrThrow(feature).getInt64List().getValueList();
  }

  @Test
  void featureListsArePreprocessedAsTheyAreNested() throws IOException {
    Path input = sequenceExamples();

    Run run = transform(input);

    assertThat(run.code()).as(run.err()).isZero();
    assertFeatures(work.resolve("out/train"));
    assertThat(work.resolve("out/transformed_metadata/schema.pbtxt"))
        .content()
        .contains("row_length: \"ids$row_lengths_1\"");

    Run later =
        Run.of(
            "apply",
            "--transformOutput=" + work.resolve("out"),
            "--input=" + input,
            "--output=" + work.resolve("later/new"));

    assertThat(later.code()).as(later.err()).isZero();
    assertFeatures(work.resolve("later/new"));
  }

  @Test
  void oneRowIsGivenAndComesBackAsListsOfLists() throws IOException {
    assertThat(transform(sequenceExamples()).code()).isZero();

    try (TransformFn function = TransformFn.load(work.resolve("out"))) {
      assertThat(function.apply(Map.of("id", 5L, "words", WORDS.get(0))))
          .containsEntry("id", List.of(5L))
          .containsEntry("ids", List.of(List.of(0L, 2L), List.of(), List.of(0L)));
      assertThat(function.apply(Map.of("words", List.of()))).containsEntry("ids", List.of());
      assertThatThrownBy(() -> function.apply(Map.of("words", List.of("a"))))
          .hasMessageContaining("takes a list of lists, found [a]");
    }
  }

  @Test
  void nestedListsOfJsonArePreprocessedLikewise() throws IOException {
    Path input =
        Files.writeString(
            work.resolve("in.jsonl"),
            """
            {"id": [0], "words": [["a", "b"], [], ["a"]]}
            {"id": 1, "words": [["c"]]}
            {"id": [2]}
            {"id": [3], "words": ["not nested"]}
            {"id": [4], "words": "no list"}
            """);

    Run run = transform(input);

    assertThat(run.code()).as(run.err()).isZero();
    assertFeatures(work.resolve("out/train"));
    assertThat(work.resolve("out/failures.jsonl"))
        .content()
        .contains("expected lists of lists, found a list with not nested")
        .contains("expected lists of lists, found no list");
  }
}
