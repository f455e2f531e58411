// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testing.PgServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code export}, and {@code embed --to}, into a real database. */
class ExportTest {
  private static final AtomicReference<PgServer> SERVER = new AtomicReference<>();

  @TempDir static Path shared;
  @TempDir Path work;

  @BeforeAll
  static void embed() throws Exception {
    SERVER.set(PgServer.start());
    DemoModule.write(shared.resolve("demo"));
    List<String> rows = new ArrayList<>(List.of("id,text,year"));
    for (int i = 0; i < 50; i++) {
      rows.add("r" + i + ",a sentence " + i + "," + (1990 + i));
    }
    Files.write(shared.resolve("in.csv"), rows);
    for (String storage : List.of("FLOAT32", "INT8")) {
      Run run =
          Run.of(
              "embed",
              "--module=" + shared.resolve("demo"),
              "--input=" + shared.resolve("in.csv"),
              "--column=text",
              "--storage=" + storage,
              "--output=" + shared.resolve(storage));
      assertThat(run.code()).as(run.err()).isZero();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    PgServer server = SERVER.getAndSet(null);
    if (server != null) {
      server.close();
    }
  }

  private static List<String> query(String sql) throws Exception {
    try (Connection connection = SERVER.get().connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (found.next()) {
        rows.add(found.getString(1));
      }
      return rows;
    }
  }

  private static Run export(String input, String... more) {
    return Run.of(
        Stream.concat(
                Stream.of("export", "--input=" + shared.resolve(input)),
                Stream.concat(
                    Stream.of(
                        "--to=" + SERVER.get().url(),
                        "--user=" + PgServer.USER,
                        "--passwordFile=" + SERVER.get().passwordFile()),
                    Stream.of(more)))
            .toArray(String[]::new));
  }

  @Test
  void rowsGoToATableAndTheirIndexIsMade() throws Exception {
    Run run = export("FLOAT32", "--table=docs", "--createTable", "--vectorIndex=cosine");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("stored in jdbc:postgresql://", " table docs", "50 rows");
    assertThat(query("select count(*) || ' ' || min(year) from docs")).containsExactly("50 1990");
    assertThat(
            query(
                "select format_type(atttypid, atttypmod) from pg_attribute where attrelid ="
                    + " 'docs'::regclass and attname = 'embedding'"))
        .containsExactly("vector(128)");
    assertThat(query("select indexdef from pg_indexes where indexdef like '%hnsw%'")).hasSize(1);
    String manifest = Files.readString(shared.resolve("FLOAT32.export.manifest.json"));
    assertThat(manifest).contains("\"rows\" : 50", "\"dimension\" : 128", "table docs");
    try (Stream<Path> files = Files.walk(shared)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(PgServer.PASSWORD);
      }
    }
    String before = query("select md5(string_agg(d::text, ';' order by id)) from docs d").get(0);
    assertThat(export("FLOAT32", "--table=docs", "--overwrite").code()).isZero();
    assertThat(query("select md5(string_agg(d::text, ';' order by id)) from docs d"))
        .containsExactly(before);
  }

  @Test
  void bytesAreTheVectorsThatTheyStandFor() throws Exception {
    String whole = shared.resolve("whole").toString();
    assertThat(export("FLOAT32", "--table=whole", "--createTable", "--output=" + whole).code())
        .isZero();
    Run run =
        export(
            "INT8",
            "--table=bytes",
            "--createTable",
            "--id=id:key",
            "--vector=embedding:vec",
            "--columns=text:sentence");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(
            query(
                "select string_agg(attname, ' ' order by attnum) from pg_attribute where attrelid ="
                    + " 'bytes'::regclass and attnum > 0"))
        .containsExactly("key vec sentence");
    assertThat(
            query(
                "select max(w.embedding <=> b.vec) < 0.001 from whole w join bytes b on w.id ="
                    + " b.key"))
        .containsExactly("t");
  }

  @Test
  void embedWritesToATableAtOnce() throws Exception {
    Files.write(work.resolve("a.txt"), List.of("one line", "another"));
    Run run =
        Run.of(
            "embed",
            "--module=" + shared.resolve("demo"),
            "--input=" + work.resolve("a.txt"),
            "--output=" + work.resolve("v"),
            "--to=" + SERVER.get().url(),
            "--user=" + PgServer.USER,
            "--passwordFile=" + SERVER.get().passwordFile(),
            "--table=lines",
            "--createTable");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(query("select id || ' ' || text from lines order by id"))
        .containsExactly(
            work.resolve("a.txt") + "@0 one line", work.resolve("a.txt") + "@9 another");
    assertThat(work.resolve("v.manifest.json")).content().contains("stored in jdbc:postgresql");
    try (Stream<Path> files = Files.list(work)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("a.txt", "v.failures.jsonl", "v.manifest.json");
    }
  }

  @Test
  void filesOfOtherToolsAreWritten() throws IOException {
    String npy = work.resolve("v.npy").toString();
    String output = "--output=" + work.resolve("e");
    Run run = Run.of("export", "--input=" + shared.resolve("FLOAT32"), "--to=" + npy, output);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Files.size(Path.of(npy))).isEqualTo(128 + 50 * 128 * 4);
    assertThat(Files.readAllLines(work.resolve("v.ids.txt"))).hasSize(50).contains("r0", "r49");
    Run again =
        Run.of("export", "--input=" + shared.resolve("FLOAT32"), "--to=" + npy, output + "2");
    assertThat(again.err()).contains("exists already (", "use --overwrite");
    Run tsv =
        Run.of(
            "export",
            "--input=" + shared.resolve("INT8"),
            "--to=" + work.resolve("v.tsv"),
            output + "3");
    assertThat(tsv.code()).as(tsv.err()).isZero();
    assertThat(Files.readAllLines(work.resolve("v.metadata.tsv")))
        .hasSize(51)
        .startsWith("id\ttext\tyear")
        .contains("r7\ta sentence 7\t1997");
    assertThat(Files.readAllLines(work.resolve("v.tsv"))).hasSize(50);
    assertThat(work.resolve("projector_config.pbtxt")).content().contains("\"v.metadata.tsv\"");
    assertThat(
            Run.of("export", "--input=" + shared.resolve("INT8"), "--to=x.csv", output + "4").err())
        .contains(
            "--to=x.csv must be jdbc:postgresql://HOST:PORT/DATABASE, https://HOST:PORT/INDEX,");
  }

  @Test
  void parquetIsWrittenWhereItIsBuiltIn() throws IOException {
    Run run =
        Run.of(
            "export",
            "--input=" + shared.resolve("INT8"),
            "--to=" + work.resolve("v.parquet"),
            "--shards=1",
            "--output=" + work.resolve("e"));
    if (getClass().getClassLoader().getResource("org/apache/parquet/hadoop/ParquetWriter.class")
        == null) {
      assertThat(run.err())
          .contains("needs Parquet, which is not built in: HUBBEAM_PROFILES=parquet");
    } else {
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(
              Files.readString(
                  work.resolve("v-00000-of-00001.parquet"), StandardCharsets.ISO_8859_1))
          .startsWith("PAR1")
          .endsWith("PAR1");
    }
  }

  @Test
  void whatIsWrongIsToldBeforeAnythingRuns() throws IOException {
    assertThat(Run.of("export", "--input=" + shared.resolve("FLOAT32")).err())
        .contains("--to is missing");
    assertThat(export("FLOAT32").err()).contains("requires --table");
    assertThat(export("FLOAT32", "--table=nothing").err())
        .contains("there is no table nothing in jdbc:postgresql", "--createTable");
    assertThat(export("FLOAT32", "--table=t", "--createTable", "--id=key").err())
        .contains("there is no column 'key'; there are [id, text, year, embedding]");
    assertThat(export("nothing", "--table=t").err()).contains("nothing.schema.pbtxt");
    assertThat(
            Run.of("export", "--input=" + shared.resolve("FLOAT32"), "--to=http://127.0.0.1:1/i")
                .err())
        .contains("--to=http://127.0.0.1:1/i: ");
    assertThat(
            Run.of("export", "--input=" + shared.resolve("FLOAT32"), "--to=http://u:hidden@h:1/i")
                .err())
        .contains("has no user, password or query")
        .doesNotContain("hidden");
    Run secret =
        Run.of(
            "export",
            "--input=" + shared.resolve("FLOAT32"),
            "--table=t",
            "--to=jdbc:postgresql://h/d?user=u&password=hidden");
    assertThat(secret.err()).contains("has a password").doesNotContain("hidden");
    assertThat(secret.code()).isEqualTo(2);
  }
}
