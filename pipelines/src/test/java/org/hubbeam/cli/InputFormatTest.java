// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.hubbeam.testdata.DemoImageModule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.Example;

/** What input files are taken for, and how they are written. */
class InputFormatTest {

  @TempDir static Path modules;
  @TempDir Path work;

  @BeforeAll
  static void module() throws IOException {
    CliFixtures.numbers(modules.resolve("numbers"));
  }

  @BeforeEach
  void files() throws IOException {
    write("a.csv", "texts,id\n\"1\",x\n2,y\n");
    write("a.tsv", "id\ttexts\nx\t1\ny\t2\n");
    write("a.jsonl", "{\"texts\": \"1\"}\n{\"texts\": \"2\"}\n");
    write("jsonl", "{\"texts\": \"1\"}\n{\"texts\": \"2\"}\n");
    write("a.txt", "1\n2\n");
    write("numbers", "1\n2\n");
    write("semicolon.csv", "'1';x\n'2';y\n");
    write("wide.txt", "\ufeff1\n2\n".getBytes(StandardCharsets.UTF_16LE));
    write("bare.txt", "1\n2\n".getBytes(StandardCharsets.UTF_16LE));
    write("picture.txt", HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452"));
    write("picture", HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452"));
    write("table.parquet", HexFormat.of().parseHex("504152311504150015"));
    write("list.json", "[\n{\"texts\": 1}]\n");
    write("empty.csv", "");
    write("open.csv", "texts,id\n1,x\n2,\"y");
    try (var out = new GZIPOutputStream(Files.newOutputStream(work.resolve("packed")))) {
      out.write("{\"texts\": \"1\"}\n{\"texts\": \"2\"}\n".getBytes(StandardCharsets.UTF_8));
    }
    zip("one.zip", "a.csv");
    zip("two.zip", "a.csv", "b.csv");
    Files.createDirectory(work.resolve("folder"));
  }

  private void write(String name, String text) throws IOException {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(work.resolve(name), bytes);
  }

  private void zip(String name, String... files) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(work.resolve(name)))) {
      for (String file : files) {
        zip.putNextEntry(new ZipEntry(file));
        zip.write("id,texts\nx,1\ny,2\n".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private Run embed(String arguments) {
    List<String> all = new ArrayList<>(List.of("embed", "--module=" + modules.resolve("numbers")));
    all.add("--output=" + work.resolve("out/v"));
    all.add("--outputKey=value");
    for (String argument : arguments.strip().split(" ", -1)) {
      all.add(argument.replace("W/", work + "/"));
    }
    return Run.of(all.toArray(String[]::new));
  }

  private List<Float> values() throws IOException {
    List<Float> values = new ArrayList<>();
    for (Example example : CliFixtures.examples(work.resolve("out/v"))) {
      values.addAll(CliFixtures.floats(example, "embedding"));
    }
    return values.stream().sorted().toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--input=W/a.csv",
        "--input=W/a.csv --column=texts",
        "--input=W/a.tsv --idColumn=id",
        "--input=W/a.jsonl",
        "--input=W/jsonl",
        "--input=W/packed",
        "--input=W/one.zip",
        "--input=W/a.txt",
        "--input=W/numbers",
        "--input=W/wide.txt",
        "--input=W/bare.txt --encoding=UTF-16LE",
        "--input=W/semicolon.csv --delimiter=; --quote=' --header=no --columnNames=texts,id",
        "--input=W/a.tsv --delimiter=tab --quote=none",
        "--input=W/a.tsv --delimiter=\\t",
      })
  void filesAreReadAsWhatTheyAre(String arguments) throws IOException {
    Run run = embed(arguments);

    assertThat(run.err()).doesNotContain("hubbeam embed:");
    assertThat(run.code()).isZero();
    assertThat(values()).containsExactly(1f, 2f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--input=W/a.txt --column=texts | --column=texts: W/a.txt is read as text, whose lines have"
            + " no columns; --inputFormat=csv, jsonl or tfrecord reads columns",
        "--input=W/numbers --column=texts | is read as text",
        "--input=W/a.* | has files of different formats: W/a.txt is text, W/a.csv is csv",
        "--input=W/picture.txt | W/picture.txt is a PNG picture, not text; --inputFormat=image"
            + " reads it",
        "--input=W/table.parquet | W/table.parquet is a Parquet file",
        "--input=W/table.parquet --inputFormat=csv | W/table.parquet is a Parquet file, not csv",
        "--input=W/bare.txt | text in UTF-16LE without a byte order mark (--encoding=UTF-16LE)",
        "--input=W/a.csv --inputFormat=tfrecord | W/a.csv is text, not tfrecord",
        "--input=W/list.json | W/list.json has no JSON object on its first line; 'jq -c .'",
        "--input=W/two.zip | W/two.zip is a zip archive of 2 files, of which only one can be read",
        "--input=W/folder | W/folder is a folder; 'W/folder/*' means its files",
        "--input=W/folder/ | W/folder/ is a folder; 'W/folder/*' means its files",
        "--input=W/a.txt --encoding=utf9 | --encoding=utf9 is not known",
        "--input=W/a.csv --header=no | --header=no requires the names of the columns",
        "--input=W/a.csv --columnNames=a,b | --columnNames requires --header=no",
        "--input=W/a.csv --delimiter=ab | the delimiter must be one ASCII character",
        "--input=W/a.jsonl --delimiter=; | are for CSV; W/a.jsonl is read as jsonl",
        "--input=W/semicolon.csv --column=texts | is there another --delimiter?",
      })
  void whatCannotBeIsRefusedBeforeTheStart(String arguments, String expected) {
    Run run = embed(arguments);

    assertThat(run.err().strip())
        .contains(expected.strip().replace("W/", work + "/"))
        .hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void aPictureGoesToAnImageModuleWithoutAFlag() throws IOException {
    DemoImageModule.write(modules.resolve("image"));
    java.awt.image.BufferedImage image =
        new java.awt.image.BufferedImage(40, 30, java.awt.image.BufferedImage.TYPE_INT_RGB);
    javax.imageio.ImageIO.write(image, "png", work.resolve("photo.bin").toFile());

    Run run =
        Run.of(
            "embed",
            "--module=" + modules.resolve("image"),
            "--input=" + work.resolve("photo.bin"),
            "--output=" + work.resolve("out/v"));

    assertThat(run.out()).as(run.err()).startsWith("1 row, 0 failures");
  }

  @Test
  void anOpenQuoteIsAFailureWithItsLine() throws IOException {
    assertThat(embed("--input=W/open.csv").out()).startsWith("1 row, 1 failure");
    assertThat(CliFixtures.json(work.resolve("out/v.failures.jsonl")))
        .hasToString(
            "{\"id\":\""
                + work.resolve("open.csv")
                + "@13\",\"column\":\"\",\"module\":\"\",\"function\":\"\",\"reason\":\"a quote is"
                + " left open\",\"line\":3}");
  }

  @Test
  void theStandardInputIsRead() throws IOException {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("1\n2\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(embed("--input=-").out()).startsWith("2 rows, 0 failures");
    } finally {
      System.setIn(before);
    }
    assertThat(values()).containsExactly(1f, 2f);

    System.setIn(new ByteArrayInputStream("1\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(embed("--input=- --runner=flink --flinkMaster=localhost:1 --overwrite").err())
          .contains("--input=- is on this machine only");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aTableOfManyFilesIsAnalyzedWhateverTheyArePackedWith() throws IOException {
    Path tables = Files.createDirectory(work.resolve("tables"));
    Files.writeString(tables.resolve("a.csv"), "a,s\n1|2,x\n");
    Files.writeString(tables.resolve("b.csv"), "");
    Files.writeString(tables.resolve("c.csv"), "a,s\n");
    try (var out = new GZIPOutputStream(Files.newOutputStream(tables.resolve("d.csv.gz")))) {
      out.write("s,a\ny,\n".getBytes(StandardCharsets.UTF_8));
    }
    Files.writeString(
        work.resolve("spec.yaml"),
        """
        columns:
          a: {type: float32, varlen: true}
          s: {type: string}
        outputs:
          a: a
          s: s
        """);

    Run run =
        Run.of(
            "transform",
            "--spec=" + work.resolve("spec.yaml"),
            "--input=" + tables + "/*",
            "--listDelimiter=|",
            "--output=" + work.resolve("features"));

    assertThat(run.out()).as(run.err()).startsWith("2 train rows, 0 failures");
    assertThat(CliFixtures.examples(work.resolve("features/train")))
        .extracting(example -> CliFixtures.floats(example, "a"))
        .containsExactlyInAnyOrder(List.of(1f, 2f), List.of());
  }
}
