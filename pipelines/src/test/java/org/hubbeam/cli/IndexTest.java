// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.search.Hit;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.SearchRequest;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testdata.SampleTexts;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code index} and {@code search} from files to files. */
class IndexTest {

  @TempDir static Path shared;
  @TempDir Path work;

  private static Path vectors;

  /** Sample sentences as a table with ids, embedded once. */
  @BeforeAll
  static void embed() throws IOException {
    DemoModule.write(shared.resolve("demo"));
    List<String> lines = new ArrayList<>(List.of("id,half,text"));
    for (int i = 0; i < SampleTexts.sentences().size(); i++) {
      lines.add("s" + i + "," + i % 2 + ",\"" + SampleTexts.sentences().get(i) + "\"");
    }
    Files.write(shared.resolve("texts.csv"), lines);
    vectors = shared.resolve("out/v");
    embed(vectors);
  }

  private static void embed(Path output, String... more) {
    Run run =
        run(
            Stream.concat(
                    Stream.of(
                        "embed",
                        "--module=" + shared.resolve("demo"),
                        "--input=" + shared.resolve("texts.csv"),
                        "--column=text",
                        "--columnTypes=half:int64",
                        "--runner=direct",
                        "--output=" + output),
                    Stream.of(more))
                .toList());
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static Run run(List<String> arguments) {
    return Run.of(arguments.toArray(String[]::new));
  }

  private Run index(Object input, String... more) {
    return run(
        Stream.concat(
                Stream.of("index", "--input=" + input, "--output=" + work.resolve("ix")),
                Stream.of(more))
            .toList());
  }

  private Run search(String... more) {
    return run(
        Stream.concat(Stream.of("search", "--index=" + work.resolve("ix")), Stream.of(more))
            .toList());
  }

  private SearchIndex open() {
    return SearchIndex.open(work.resolve("ix"));
  }

  private List<JsonNode> failures() throws IOException {
    List<JsonNode> failures = new ArrayList<>();
    for (String line : Files.readAllLines(work.resolve("ix/failures.jsonl"))) {
      failures.add(CliFixtures.json(line));
    }
    return failures;
  }

  /** A matrix as NumPy writes it, and a file of ids beside it. */
  private Path matrix(String name, List<String> ids, float[][] rows) throws IOException {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': ("
            + rows.length
            + ", "
            + rows[0].length
            + "), }";
    header += " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + 4 * rows.length * rows[0].length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1);
    bytes.put((byte) 0).putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.US_ASCII));
    Stream.of(rows)
        .forEach(row -> IntStream.range(0, row.length).forEach(i -> bytes.putFloat(row[i])));
    Files.write(work.resolve(name + ".ids"), ids);
    return Files.write(work.resolve(name + ".npy"), bytes.array());
  }

  private static float[][] random(int rows, int dimension, long seed) {
    Random random = new Random(seed);
    float[][] all = new float[rows][dimension];
    for (float[] row : all) {
      for (int i = 0; i < dimension; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return all;
  }

  private static List<String> ids(String start, int rows) {
    return IntStream.range(0, rows).mapToObj(i -> start + i).toList();
  }

  private Run indexMatrix(String name, String... more) {
    return index(
        work.resolve(name + ".npy"),
        Stream.concat(Stream.of("--ids=" + work.resolve(name + ".ids")), Stream.of(more))
            .toArray(String[]::new));
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(work.resolve("ix"))) {
      for (Path file : all.filter(f -> !f.getFileName().toString().startsWith(".")).toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  @Test
  void eachSentenceFindsItself() throws IOException {
    Run run = index(vectors, "--shards=3", "--runner=direct");

    int rows = SampleTexts.sentences().size();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err().lines().findFirst().orElseThrow())
        .matches("3 shards of about \\d+ vectors of 128 numbers: .* of memory for each .*");
    assertThat(run.out()).startsWith(rows + " rows, 0 failures, 128 floats each, 3 shards, ");
    try (SearchIndex index = open()) {
      assertThat(index.size()).isEqualTo(rows);
      IndexRow row = index.row(RowId.of("s7")).orElseThrow();
      assertThat(row.columns())
          .containsEntry("half", 1L)
          .containsEntry("text", SampleTexts.sentences().get(7))
          .hasSize(2);
    }
    for (int i = 0; i < rows; i += 40) {
      Run found = search("--query=" + SampleTexts.sentences().get(i), "--k=1", "--json");
      assertThat(found.code()).as(found.err()).isZero();
      JsonNode hit = CliFixtures.json(found.out());
      assertThat(hit.get("id").asText()).isEqualTo("s" + i);
      assertThat(hit.get("cosine").asDouble()).isGreaterThan(0.9999);
      assertThat(hit.get("columns").get("text").asText()).isEqualTo(SampleTexts.sentences().get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"--runner=flink,--parallelism=1", "--runner=flink,--parallelism=3"})
  void theSameInputIsTheSameBytesOnEveryEngine(String engine, String tasks) throws IOException {
    assertThat(index(vectors, "--shards=3", "--runner=direct").code()).isZero();
    Map<String, byte[]> direct = files();

    Run run = index(vectors, "--shards=3", "--overwrite", engine, tasks);

    assertThat(run.code()).as(run.err()).isZero();
    Map<String, byte[]> other = files();
    assertThat(other.keySet()).isEqualTo(direct.keySet());
    other.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(direct.get(name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT16", "INT8"})
  void vectorsInFewerBitsAreRead(String storage) throws IOException {
    embed(work.resolve("v"), "--storage=" + storage);

    assertThat(index(work.resolve("v"), "--shards=2", "--runner=direct").code()).isZero();

    Run found = search("--query=" + SampleTexts.sentences().get(5), "--k=1", "--json");
    assertThat(CliFixtures.json(found.out()).get("id").asText()).as(found.err()).isEqualTo("s5");
    try (SearchIndex index = open()) {
      assertThat(index.description().columns().toString()).doesNotContain("scale");
    }
  }

  @Test
  void rowsThatCannotBeFoundAreFailures() throws IOException {
    float[][] rows = random(8, 4, 1);
    rows[1][2] = Float.NaN;
    rows[2] = new float[4];
    rows[4] = rows[3].clone();
    List<String> ids = List.of("a", "nan", "zero", "twice", "twice", "other", "other", "z");
    matrix("m", ids, rows);

    Run run = indexMatrix("m", "--shards=2", "--runner=direct");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("4 rows, 3 failures, 4 floats each, ")
        .contains("1 repeated row left out");
    assertThat(failures()).extracting(f -> f.get("id").asText()).doesNotHaveDuplicates();
    assertThat(failures())
        .extracting(f -> f.get("reason").asText())
        .anyMatch(reason -> reason.contains("the row nan: "))
        .anyMatch(reason -> reason.contains("the row zero: "))
        .anyMatch(reason -> reason.contains("the row other: "));
  }

  @Test
  void anIndexChangesByIds() throws IOException {
    matrix("m", ids("", 100), random(100, 8, 1));
    assertThat(indexMatrix("m", "--shards=2", "--runner=direct").code()).isZero();
    float[][] more = random(10, 8, 2);
    matrix("more", ids("9", 10), more);

    Run appended = indexMatrix("more", "--append", "--runner=direct");

    assertThat(appended.code()).as(appended.err()).isZero();
    assertThat(appended.out()).contains("10 rows, 0 failures").contains("10 replaced, 100 in all");
    try (SearchIndex index = open()) {
      assertThat(index.description().generation()).isEqualTo(1);
      assertThat(index.nearest(more[3], 1).get(0).id()).isEqualTo(RowId.of(93));
    }

    Path gone = Files.write(work.resolve("gone.txt"), List.of("1", "2", "never"));
    Run deleted =
        Run.of("index", "--output=" + work.resolve("ix"), "--delete=" + gone, "--runner=direct");

    assertThat(deleted.code()).as(deleted.err()).isZero();
    assertThat(deleted.out()).startsWith("2 rows deleted, 98 rows left -> ");
    assertThat(deleted.err()).contains("1 id is not in the index: never");

    Run compacted =
        Run.of("index", "--output=" + work.resolve("ix"), "--compact", "--runner=direct");

    assertThat(compacted.code()).as(compacted.err()).isZero();
    try (SearchIndex index = open()) {
      IndexDescription now = index.description();
      assertThat(now.shards()).hasSize(2).allMatch(shard -> shard.deleted() == 0);
      assertThat(index.size()).isEqualTo(98);
      assertThat(index.row(RowId.of(1))).isEmpty();
      assertThat(index.nearest(more[3], 1).get(0).id()).isEqualTo(RowId.of(93));
    }
  }

  @Test
  void fewRowsAndLargeNumbersAreSearched() throws IOException {
    List<String> ids = List.of("9223372036854775807", "-9223372036854775808", "5");
    matrix("few", ids, random(3, 8, 1));
    assertThat(indexMatrix("few", "--runner=direct").code()).isZero();
    for (String id : ids) {
      Run like = search("--like=" + id, "--json");
      assertThat(like.code()).as(like.err()).isZero();
      assertThat(like.out()).hasLineCount(2);
    }
    assertThat(search("--like=5", "--k=4").err()).contains("--k=4: the index has 3 rows");
  }

  @Test
  void muchAppendedIsCompactedByItself() throws IOException {
    matrix("m", ids("", 20), random(20, 8, 1));
    assertThat(indexMatrix("m", "--runner=direct").code()).isZero();
    matrix("more", ids("9", 15), random(15, 8, 2));

    Run run = indexMatrix("more", "--append", "--runner=direct");

    assertThat(run.code()).as(run.err()).isZero();
    try (SearchIndex index = open()) {
      assertThat(index.description().generations())
          .extracting(IndexDescription.Generation::kind)
          .containsExactly(
              IndexDescription.Change.CREATE,
              IndexDescription.Change.APPEND,
              IndexDescription.Change.COMPACT);
      assertThat(index.size()).isEqualTo(35);
    }
  }

  @Test
  void otherEmbeddingsAreNotAppended() throws IOException {
    assertThat(index(vectors, "--runner=direct").code()).isZero();
    embed(work.resolve("v"), "--normalize");
    embed(work.resolve("short"), "--projection=gaussian:16");

    assertThat(index(work.resolve("v"), "--append").err())
        .contains("were made otherwise: recipe ")
        .contains("--normalize");
    assertThat(index(work.resolve("short"), "--append").err())
        .contains("the vectors have 16 numbers, those of the index in ");
    assertThat(index(vectors, "--append", "--metric=dot").err())
        .contains("--metric is that of the index, which is there already");
    try (SearchIndex index = open()) {
      assertThat(index.description().generation()).isZero();
    }
  }

  @Test
  void anIndexThatCannotBeWrittenIsNotThere() throws IOException {
    Files.createDirectories(work.resolve("ix"));
    // A file cannot be renamed to the name of a folder.
    Files.createDirectories(work.resolve("ix/shard-00001-of-00002.ids/x"));

    Run run = index(vectors, "--shards=2", "--runner=direct");

    assertThat(run.code()).isEqualTo(Main.FAILED);
    assertThat(work.resolve("ix/index.json")).doesNotExist();
    assertThat(search("--query=x").err()).contains("half-written").hasLineCount(1);
    try (Stream<Path> left = Files.list(work.resolve("ix"))) {
      assertThat(left.map(f -> f.getFileName().toString())).noneMatch(f -> f.startsWith(".temp"));
    }
  }

  @Test
  void wrongUseIsOneLine() throws IOException {
    assertThat(index(vectors, "--shards=0").err())
        .contains("--shards=0: an index has at least 1 shard");
    assertThat(index(vectors, "--shards=1000000000").err())
        .contains("--shards=1000000000: an index has at most 10000 shards");
    assertThat(index(work.resolve("nothing")).err())
        .contains("there is no " + work.resolve("nothing") + ".manifest.json");
    assertThat(index(vectors, "--columns=txt").err())
        .contains("--columns: there is no column 'txt'");
    assertThat(index(vectors, "--id=embedding").err()).contains("ids are strings or integers");
    assertThat(index(vectors, "--vectorColumn=text").err())
        .contains("--vectorColumn=NAME chooses one of [embedding]");
    assertThat(index(vectors, "--m=1").err()).contains("m is 1; it must be from 2 to 512");
    assertThat(index(vectors, "--noRescore").err()).contains("--noRescore is for --quantize=int8");
    assertThat(index(vectors, "--append").err()).contains("there is no index");
    assertThat(Run.of("index", "--output=" + work.resolve("ix")).err())
        .contains("--input is missing");
    assertThat(search("--query=x").err()).contains("there is no index").hasLineCount(1);
    assertThat(index(vectors, "--runner=direct").code()).isZero();
    assertThat(index(vectors).err()).contains("the output exists already");
    assertThat(search().err()).contains("there is nothing to search for");
    assertThat(search("--query=x", "--like=s1").err())
        .contains("--query and --like are mutually exclusive");
    assertThat(search("--query=x", "--k=0").err()).contains("--k=0 must be 1 or more");
    assertThat(search("--query=x", "--k=100000").err()).contains("--k=100000: the index has ");
    assertThat(search("--query= ").err()).contains("the query is empty, or all of it is blank");
    assertThat(search("--like=none").err()).contains("the index has no row with the id none");
    assertThat(search("--image=" + shared.resolve("texts.csv")).err())
        .contains("it is searched by text (--query)");
    Path two = Files.writeString(work.resolve("two.txt"), "1 2\n");
    assertThat(search("--vector=" + two).err())
        .contains("has 2 numbers; the vectors of the index have 128");
    Run filter = search("--query=x", "--filter=half => 1");
    assertThat(filter.code()).isEqualTo(Main.MISUSED);
    assertThat(filter.err()).contains("half => 1\n").endsWith("^\n");
    assertThat(search("--query=x", "--module=" + other()).err())
        .contains("has the digest")
        .contains("the vectors were made by ");
  }

  private Path other() throws IOException {
    return CliFixtures.numbers(work.resolve("numbers"));
  }

  @Test
  void sentencesOfTenLanguagesFindThemselves() throws IOException {
    Path sentences = TestFiles.corpus("data/tatoeba");
    Path module = TestFiles.zoo("nnlm");
    List<String> lines = new ArrayList<>();
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(sentences)) {
      for (Path file : files.filter(f -> f.toString().matches(".*\\.[a-z]{3}")).sorted().toList()) {
        String name = file.getFileName().toString().replaceFirst("tatoeba\\.", "");
        String lang = name.substring(name.length() - 3);
        for (String text : Files.readAllLines(file).subList(0, 100)) {
          String id = name + "-" + texts.size();
          texts.put(id, text);
          lines.add(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("id", id)
                  .put("lang", lang)
                  .put("text", text)
                  .toString());
        }
      }
    }
    Path input = Files.write(work.resolve("t.jsonl"), lines);
    Run embedded =
        Run.of(
            "embed",
            "--module=" + module,
            "--input=" + input,
            "--column=text",
            "--output=" + work.resolve("v"),
            "--runner=direct");
    assertThat(embedded.code()).as(embedded.err()).isZero();

    Run run = index(work.resolve("v"), "--shards=3", "--runner=direct");

    assertThat(run.code()).as(run.err()).isZero();
    int refused = 0;
    int missed = 0;
    try (SearchIndex index = open()) {
      for (Map.Entry<String, String> text : texts.entrySet()) {
        Optional<IndexRow> row = index.row(RowId.of(text.getKey()));
        if (row.isEmpty()) {
          refused++;
          continue;
        }
        List<Hit> hits =
            index.nearest(
                row.get().vector(),
                SearchRequest.of(3)
                    .withFilter(index.filter("lang == '" + row.get().columns().get("lang") + "'")));
        assertThat(hits).hasSize(3);
        missed += hits.get(0).score() > 0.9999 ? 0 : 1;
        assertThat(hits)
            .allMatch(hit -> hit.columns().get("lang").equals(row.get().columns().get("lang")));
      }
      // Hundreds of sentences without a known word have one vector: the hardest case for a graph.
      assertThat(missed).isLessThanOrEqualTo(texts.size() / 100);
      assertThat(failures()).hasSize(refused);
      assertThat(refused).isLessThan(texts.size() / 4);
    }
    String first = texts.get("deu-eng.deu-" + lines.indexOf(line(lines, "deu-eng.deu-")));
    Run found =
        search(
            "--query=" + first, "--filter=lang == 'deu'", "--k=3", "--json", "--module=" + module);
    assertThat(found.code()).as(found.err()).isZero();
    assertThat(CliFixtures.json(found.out().lines().findFirst().orElseThrow()).at("/columns/text"))
        .hasToString("\"" + first + "\"");
  }

  private static String line(List<String> lines, String id) {
    return lines.stream().filter(l -> l.contains("\"" + id)).findFirst().orElseThrow();
  }

  @Test
  void rowsAreFilteredAndPrinted() {
    assertThat(index(vectors, "--runner=direct").code()).isZero();

    Run run = search("--query=" + SampleTexts.sentences().get(4), "--k=3", "--filter=half == 1");

    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).isEqualTo(SampleTexts.sentences().get(4));
    assertThat(lines.get(1)).matches(" +cosine +id +half +text");
    assertThat(lines.subList(2, 5))
        .allMatch(line -> line.matches(" +0\\.\\d{4}  s\\d*[13579] +1 .*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pca", "umap"})
  void rowsAreOnTheMapThatIsAskedFor(String method) throws Exception {
    Run run = index(vectors, "--runner=direct", "--shards=2", "--map=" + method);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("a map of ", "rows by " + method);
    byte[] first = map(method);
    try (SearchIndex index = open()) {
      List<IndexRow> rows = index.rows().toList();
      assertThat(rows).allMatch(row -> index.coordinates(row.id()).isPresent());
    }
    Run again = Run.of("index", "--output=" + work.resolve("ix"), "--map=" + method);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(map(method)).isEqualTo(first);
    Run other = Run.of("index", "--output=" + work.resolve("ix"), "--map=pca");
    assertThat(other.code()).as(other.err()).isZero();
    assertThat(map("pca")).isNotEmpty();
  }

  private byte[] map(String method) throws IOException {
    try (SearchIndex index = open()) {
      IndexDescription.Coordinates map = index.description().coordinates().orElseThrow();
      assertThat(map.method()).isEqualTo(method);
      return Files.readAllBytes(work.resolve("ix").resolve(map.file().name()));
    }
  }

  @Test
  void aMapIsOfAnIndexThatIsThere() {
    Run none = Run.of("index", "--output=" + work.resolve("none"), "--map=pca");
    assertThat(none.code()).isNotZero();
    assertThat(none.err()).contains("there is no index");
    Run metric = Run.of("index", "--output=" + work.resolve("none"), "--map=pca", "--metric=dot");
    assertThat(metric.err()).contains("--metric is that of the index");
    assertThat(Run.of("index", "--output=" + work.resolve("none"), "--map=tsne").err())
        .contains("expected one of [pca, umap]");
  }
}
