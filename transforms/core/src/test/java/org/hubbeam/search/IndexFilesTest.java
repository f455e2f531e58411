// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hubbeam.search.SearchOptions.Digests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The files of an index: their bytes, and what is said of those that are damaged. */
class IndexFilesTest {

  private static final int DIMENSION = 8;

  @TempDir Path folder;

  private void write(Path target) throws IOException {
    List<IndexRow> rows = TestIndex.rows(200, DIMENSION, 21);
    TestIndex.write(target, 2, TestIndex.options(Metric.DOT, DIMENSION), rows);
  }

  private static Map<String, byte[]> bytes(Path folder) throws IOException {
    Map<String, byte[]> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return bytes;
  }

  @Test
  void theSameRowsAreTheSameBytes() throws Exception {
    write(folder.resolve("a"));
    write(folder.resolve("b"));
    Map<String, byte[]> a = bytes(folder.resolve("a"));
    assertThat(a.keySet())
        .containsExactly(
            "index.json",
            "shard-00000-of-00002.columns",
            "shard-00000-of-00002.hnsw",
            "shard-00000-of-00002.ids",
            "shard-00001-of-00002.columns",
            "shard-00001-of-00002.hnsw",
            "shard-00001-of-00002.ids");
    assertThat(bytes(folder.resolve("b"))).containsExactlyEntriesOf(a);
  }

  @Test
  void theDescriptionComesBackFromItsText() throws Exception {
    write(folder);
    IndexDescription read = IndexFolder.read(folder);
    IndexDescription more =
        read.withEvaluation(Map.of("recall@10", 0.99, "ladder", List.of(Map.of("ef", 10))))
            .withEf(123)
            .withCoordinates(
                new IndexDescription.Coordinates(
                    "pca", new IndexDescription.File("map-00000.npy", 8, "0".repeat(64))));
    assertThat(IndexDescription.fromJson(more.toJson(), "x")).isEqualTo(more);
    assertThat(more.embeddings()).isEqualTo(Map.of("module", "test"));
    assertThat(more.rows()).isEqualTo(200);
  }

  @Test
  void whatIsNoIndexIsSaidToBeNone() throws Exception {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> SearchIndex.open(none))
        .isInstanceOf(IndexException.class)
        .hasMessage("there is no index: the folder " + none + " does not exist");
    assertThatThrownBy(() -> SearchIndex.open(folder))
        .hasMessage("there is no index in " + folder + ": it has no index.json");
    write(folder);
    Path json = folder.resolve("index.json");
    assertThatThrownBy(() -> SearchIndex.open(json)).hasMessageContaining("is a file");
    String text = Files.readString(json);
    Files.delete(json);
    assertThatThrownBy(() -> SearchIndex.open(folder))
        .hasMessageStartingWith("the index in " + folder + " is half-written");
    Files.writeString(json, "{}");
    assertThatThrownBy(() -> SearchIndex.open(folder))
        .hasMessage(json + " does not describe an index");
    Files.writeString(json, "{");
    assertThatThrownBy(() -> SearchIndex.open(folder)).hasMessageContaining("is not JSON");
    Files.writeString(json, text.replace("\"format\" : 1", "\"format\" : 2"));
    assertThatThrownBy(() -> SearchIndex.open(folder))
        .hasMessageContaining("format 2; this version of hubbeam reads up to 1");
    Files.writeString(json, text.replace("shard-00000-of-00002.ids", "../secret"));
    assertThatThrownBy(() -> SearchIndex.open(folder))
        .hasMessageContaining("'../secret' is not the name of a file of an index");
    Files.writeString(json, text);
    Files.delete(folder.resolve("shard-00001-of-00002.columns"));
    assertThatThrownBy(() -> SearchIndex.open(folder))
        .hasMessageContaining("lacks the file")
        .hasMessageContaining("shard-00001-of-00002.columns");
  }

  @Test
  void aNewIndexTakesThePlaceOfOneThatCannotBeRead() throws Exception {
    write(folder);
    Files.writeString(folder.resolve("index.json"), "{");
    IndexDescription none =
        IndexDescription.create(TestIndex.options(Metric.DOT, 2), List.of(), Map.of());
    IndexDescription changed = none.changed(List.of(), none.generations().get(0));
    assertThatThrownBy(() -> IndexFolder.stand(folder, changed)).isInstanceOf(IndexException.class);
    write(folder);
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThat(index.size()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(Digests.class)
  void aCutFileIsRefused(Digests digests) throws Exception {
    write(folder);
    for (String name : bytes(folder).keySet()) {
      if (name.startsWith("shard")) {
        Path file = folder.resolve(name);
        byte[] all = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(all, all.length - 1));
        SearchOptions options = SearchOptions.defaults().withDigests(digests);
        assertThatThrownBy(() -> SearchIndex.open(folder, options))
            .isInstanceOf(IndexException.class)
            .hasMessage(
                file + " is damaged: it has " + (all.length - 1) + " bytes, not " + all.length);
        Files.write(file, all);
      }
    }
  }

  @Test
  void aFlippedByteIsFoundWhenTheFileIsNewOrHasChanged() throws Exception {
    write(folder);
    SearchIndex.open(folder).close();
    assertThat(folder.resolve(".verified")).exists();
    for (String name : bytes(folder).keySet()) {
      if (name.startsWith("shard")) {
        Path file = folder.resolve(name);
        FileTime time = Files.getLastModifiedTime(file);
        flip(file, 40);
        Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 2000));
        assertThatThrownBy(() -> SearchIndex.open(folder))
            .isInstanceOf(IndexException.class)
            .hasMessageStartingWith(file + " is damaged: its sha256 is not that in index.json");
        Files.setLastModifiedTime(file, time);
        SearchOptions always = SearchOptions.defaults().withDigests(Digests.ALWAYS);
        assertThatThrownBy(() -> SearchIndex.open(folder, always)).hasMessageContaining("sha256");
        flip(file, 40);
        Files.setLastModifiedTime(file, time);
        SearchIndex.open(folder).close();
      }
    }
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] all = Files.readAllBytes(file);
    all[at] ^= 0x10;
    Files.write(file, all);
  }

  @Test
  void damagedIdsAndColumnsAreErrorsAndNothingElse() throws Exception {
    write(folder);
    Random random = new Random(22);
    SearchOptions never = SearchOptions.defaults().withDigests(Digests.NEVER);
    int refused = 0;
    for (String name :
        List.of("shard-00000-of-00002.ids", "shard-00000-of-00002.columns", "index.json")) {
      Path file = folder.resolve(name);
      byte[] all = Files.readAllBytes(file);
      for (int i = 0; i < 120; i++) {
        byte[] damaged = all.clone();
        int at = i < 60 ? i % all.length : random.nextInt(all.length);
        damaged[at] = (byte) random.nextInt();
        Files.write(file, damaged);
        refused += use(never).isPresent() ? 1 : 0;
      }
      Files.write(file, all);
    }
    assertThat(refused).isGreaterThan(40);
    assertThat(use(never)).isEmpty();
  }

  /** Uses all of the index; what is thrown must be of the kind that users see. */
  private Optional<RuntimeException> use(SearchOptions options) {
    try (SearchIndex index = SearchIndex.open(folder, options)) {
      List<IndexRow> rows = index.rows().toList();
      index.row(rows.get(0).id());
      index.nearest(new float[index.description().dimension()], 10);
      for (String text : List.of("lang == 'de'", "year > 1960", "price < 5", "title != ''")) {
        SearchRequest request = SearchRequest.of(10).withFilter(index.filter(text));
        index.nearest(new float[index.description().dimension()], request);
      }
      return Optional.empty();
    } catch (IndexException | IllegalArgumentException e) {
      return Optional.of(e);
    } catch (RuntimeException e) {
      return fail("not an error for users", e);
    }
  }

  @Test
  void anIndexThatCannotBeWrittenIsOpenedAllTheSame() throws Exception {
    write(folder);
    Files.createDirectories(folder.resolve(".verified").resolve("not a file"));
    SearchIndex.open(folder).close();
    SearchIndex.open(folder).close();
  }
}
