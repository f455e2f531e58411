// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.Metric;
import org.hubbeam.testing.ChildJvm;
import org.hubbeam.testing.PgServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows in a table of a real server. */
class PgVectorSinkTest {

  private static final AtomicReference<PgServer> SERVER = new AtomicReference<>();
  private static final AtomicInteger WRITES = new AtomicInteger();

  @TempDir Path folder;

  @BeforeAll
  static void startServer() throws Exception {
    SERVER.set(PgServer.start());
  }

  @AfterAll
  static void stopServer() throws Exception {
    PgServer server = SERVER.getAndSet(null);
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void emptyDatabase() throws SQLException {
    sql("drop schema public cascade", "create schema public", "create extension vector");
  }

  private static PgServer server() {
    return SERVER.get();
  }

  private static void sql(String... statements) throws SQLException {
    try (Connection connection = server().connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  /** The rows of a query, their columns with {@code |} between. */
  private static List<String> query(String... statements) throws SQLException {
    try (Connection connection = server().connect();
        Statement statement = connection.createStatement()) {
      for (String each : Arrays.copyOf(statements, statements.length - 1)) {
        statement.execute(each);
      }
      List<String> rows = new ArrayList<>();
      try (ResultSet found = statement.executeQuery(statements[statements.length - 1])) {
        while (found.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
            row.add(String.valueOf(found.getString(i)));
          }
          rows.add(String.join("|", row));
        }
      }
      return rows;
    }
  }

  private static PgVectorSink sink(String table) {
    return PgVectorSink.to(server().url(), table)
        .withUser(PgServer.USER)
        .withPassword(Secret.ofFile(server().passwordFile()));
  }

  private static PgVectorSink creating(String table) {
    return sink(table).withMissingTable(PgVectorSink.MissingTable.CREATE);
  }

  private static Batch batch(String[] ids, float... vectors) {
    long[] records = new long[ids.length];
    Arrays.setAll(records, i -> i);
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", Array.Dense.vector(Values.of(ids)));
    columns.put(
        "embedding",
        new Array.Dense(
            List.of((long) ids.length, (long) vectors.length / ids.length), Values.of(vectors)));
    return new Batch(ids.length, columns, new Batch.Origin("f", records));
  }

  private static Array texts(String... texts) {
    return Array.Dense.vector(Values.of(texts));
  }

  /** Rows {@code from..to} with a vector that their number gives. */
  private static Batch numbered(int from, int to, String text) {
    String[] ids = new String[to - from];
    String[] texts = new String[to - from];
    float[] vectors = new float[8 * (to - from)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = String.format("row%06d", from + i);
      texts[i] = text + (from + i);
      for (int j = 0; j < 8; j++) {
        vectors[8 * i + j] = (float) Math.sin((from + i) * (j + 1));
      }
    }
    return batch(ids, vectors).with("text", texts(texts));
  }

  /** Writes as the transform does, without a pipeline. */
  private static List<Failure> write(VectorSink sink, Batch... batches) throws IOException {
    List<Failure> failures = new ArrayList<>();
    PreparedRows.Columns columns = new PreparedRows.Columns("id", "embedding", 0, null);
    for (Batch batch : batches) {
      PreparedRows rows = PreparedRows.of(batch, columns);
      assertThat(rows.bad()).isEmpty();
      try (RetryingWriter writer = writer(sink, rows.batch())) {
        writer
            .write(rows.batch())
            .forEach(
                (row, reason) -> failures.add(Failure.reading(batch.origin().id(row), "", reason)));
        writer.finish();
      }
    }
    return failures;
  }

  private static RetryingWriter writer(VectorSink sink, Batch rows) {
    return new RetryingWriter(
        sink,
        VectorSchema.of(rows, "id", "embedding"),
        RetryPolicy.DEFAULT,
        RetryingWriter.Pause.REAL);
  }

  private static final List<Failure> FAILED = Collections.synchronizedList(new ArrayList<>());

  private static List<Failure> run(WriteVectors transform, Batch... batches) {
    FAILED.clear();
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    WriteVectors.Result result =
        pipeline.apply(Create.of(List.of(batches)).withCoder(BatchCoder.of())).apply(transform);
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              all.forEach(FAILED::add);
              return null;
            });
    pipeline.run().waitUntilFinish();
    return List.copyOf(FAILED);
  }

  private static List<String> reasons(List<Failure> failures) {
    return failures.stream().map(f -> f.id() + " " + f.reason()).sorted().toList();
  }

  @Test
  void aTableIsCreatedWithItsExtensionAndIndex() throws SQLException {
    sql("drop extension vector");
    Batch rows =
        batch(new String[] {"a", "b", "ü"}, 1, 0, 0, 1, -1, 0.5f)
            .with("text", texts("one", "", "drei \"3\" \\ \t\n"))
            .with("year", Array.Dense.vector(Values.of(1990L, -5L, Long.MAX_VALUE)))
            .with("score", Array.Dense.vector(Values.of(0.1f, Float.NaN, Float.MIN_VALUE)))
            .with("good", Array.Dense.vector(new Values.Numbers(DType.BOOL, new byte[] {1, 0, 1})))
            .with("tags", Array.Ragged.of(Values.of("x", "y z", "{}"), new int[] {0, 2, 2, 3}))
            .with("pair", new Array.Dense(List.of(3L, 2L), Values.of(1L, 2L, 3L, 4L, 5L, 6L)));
    assertThat(run(WriteVectors.to(creating("docs").withIndex(Metric.COSINE)), rows)).isEmpty();
    assertThat(query("select * from docs order by id"))
        .containsExactly(
            "a|[1,0]|one|1990|0.1|t|{x,\"y z\"}|{1,2}",
            "b|[0,1]||-5|NaN|f|{}|{3,4}",
            "ü|[-1,0.5]|drei \"3\" \\ \t\n|9223372036854775807|1e-45|t|{\"{}\"}|{5,6}");
    assertThat(
            query(
                "select a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a where"
                    + " attrelid = 'docs'::regclass and attnum > 0"))
        .containsExactly(
            "id|text",
            "embedding|vector(2)",
            "text|text",
            "year|bigint",
            "score|real",
            "good|boolean",
            "tags|text[]",
            "pair|bigint[]");
  }

  @Test
  void aQueryForTheNearestUsesTheIndex() throws SQLException, IOException {
    PgVectorSink sink =
        creating("docs").withIndex(Metric.COSINE).withIndexOptions(new HnswOptions(8, 40));
    write(sink, numbered(0, 2000, "t"));
    write(sink, numbered(2000, 2100, "t"));
    assertThat(query("select indexdef from pg_indexes where indexdef like '%hnsw%'"))
        .containsExactly(
            "CREATE INDEX docs_embedding_hnsw_cosine ON public.docs USING hnsw (embedding"
                + " vector_cosine_ops) WITH (m='8', ef_construction='40')");
    String nearest =
        "select id from docs order by embedding <=> (select embedding from docs where id ="
            + " 'row000077') limit 3";
    assertThat(query("explain " + nearest).toString())
        .contains("Index Scan using docs_embedding_hnsw_cosine");
    assertThat(query(nearest).get(0)).isEqualTo("row000077");
  }

  @Test
  void longVectorsAreHalfvec() throws SQLException, IOException {
    float[] numbers = new float[2001];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i % 7 - 3;
    }
    write(creating("long").withIndex(Metric.DOT), batch(new String[] {"a"}, numbers));
    assertThat(query("select pg_typeof(embedding)::text, vector_dims(embedding) from long"))
        .containsExactly("halfvec|2001");
    assertThat(query("select indexdef from pg_indexes where indexdef like '%hnsw%'").toString())
        .contains("halfvec_ip_ops");
    assertThat(query("select embedding[1:3] from (select embedding::real[] from long) e").get(0))
        .isEqualTo("{-3,-2,-1}");
    numbers[5] = 70000;
    assertThat(reasons(write(sink("long"), batch(new String[] {"b"}, numbers))))
        .containsExactly("f@0 column 'embedding': the number 70000.0 is too large for halfvec");
  }

  @Test
  void anIndexThatPgvectorCannotMakeIsToldBeforeARowIsWritten() {
    Batch rows = batch(new String[] {"a"}, new float[4001]);
    assertThatThrownBy(() -> write(creating("long").withIndex(Metric.DOT), rows))
        .hasMessageContaining("an index takes a halfvec of at most 4,000 numbers, not 4,001");
  }

  @Test
  void anExistingTableKeepsItsTypes() throws SQLException, IOException {
    sql(
        "create schema s",
        "create table s.\"My Docs\" (id uuid unique, embedding vector, day date, note varchar(5),"
            + " payload bytea, meta jsonb, year smallint, tag text, made timestamptz default"
            + " now())");
    Batch rows =
        batch(
                new String[] {
                  "00000000-0000-0000-0000-00000000000A", "00000000-0000-0000-0000-00000000000b"
                },
                1,
                2,
                3,
                4)
            .with("day", texts("2026-11-30", "2026-01-02"))
            .with("note", texts("five5", "x"))
            .with(
                "payload",
                Array.Dense.vector(Values.ofBytes(List.of(new byte[] {0, -1}, new byte[0]))))
            .with("meta", texts("{\"a\":1}", "null"))
            .with("year", Array.Dense.vector(Values.of(1990, -1)))
            .with("tag", Array.Ragged.of(Values.of("only"), new int[] {0, 1, 1}));
    assertThat(write(sink("s.My Docs"), rows)).isEmpty();
    assertThat(
            query(
                "select id, embedding, day, note, payload, meta, year, tag from s.\"My Docs\" order"
                    + " by id"))
        .containsExactly(
            "00000000-0000-0000-0000-00000000000a|[1,2]|2026-11-30|five5|\\x00ff|{\"a\":"
                + " 1}|1990|only",
            "00000000-0000-0000-0000-00000000000b|[3,4]|2026-01-02|x|\\x|null|-1|null");
    sql("drop schema s cascade");
  }

  @Test
  void aTableThatDoesNotFitIsToldWhole() throws SQLException, IOException {
    sql(
        "create table docs (id text, embedding vector(3), txt text, year date, needed int not null,"
            + " counted int generated always as (1) stored)");
    Batch rows =
        batch(new String[] {"a"}, 1, 2)
            .with("text", texts("x"))
            .with("year", Array.Dense.vector(Values.of(1990L)))
            .with("counted", Array.Dense.vector(Values.of(1L)));
    assertThatThrownBy(() -> write(sink("docs"), rows))
        .hasMessageContaining("the table docs (id text, embedding vector(3), txt text, year date,")
        .hasMessageContaining("'embedding' has 2 numbers in the rows and is vector(3)")
        .hasMessageContaining("'text' is no column of the table; did you mean txt?")
        .hasMessageContaining("'year' is int64")
        .hasMessageContaining("in the rows and date in the table")
        .hasMessageContaining("generated by the server in the table")
        .hasMessageContaining("'needed' may not be null in the table, and the rows have none")
        .hasMessageContaining("'id' has no unique index by itself");
    assertThat(query("select count(*) from docs")).containsExactly("0");
  }

  @Test
  void aMissingTableIsToldWithThoseThatThereAre() throws SQLException, IOException {
    sql("create table sentences (id text primary key, e vector(2))");
    assertThatThrownBy(() -> write(sink("docs"), batch(new String[] {"a"}, 1, 2)))
        .hasMessageContaining("there is no table docs in jdbc:postgresql://127.0.0.1:")
        .hasMessageContaining("tables with vectors are sentences");
  }

  @Test
  void aDatabaseWithoutTheExtensionIsTold() throws SQLException, IOException {
    sql("drop extension vector", "create table docs (id text primary key, embedding real[])");
    assertThatThrownBy(() -> write(sink("docs"), batch(new String[] {"a"}, 1, 2)))
        .hasMessageContaining("has no pgvector; let its owner run CREATE EXTENSION vector");
  }

  @Test
  void theExtensionMayBeInASchemaOfItsOwn() throws SQLException, IOException {
    sql("drop extension vector", "create schema ext", "create extension vector schema ext");
    write(creating("docs").withIndex(Metric.EUCLIDEAN), batch(new String[] {"a"}, 1, 2));
    assertThat(query("select embedding from docs")).containsExactly("[1,2]");
    sql("drop schema ext cascade");
  }

  @Test
  void tenThousandRowsAreReplacedOrKept() throws SQLException, IOException {
    Batch[] first = parts("old ");
    Batch[] second = parts("new ");
    assertThat(write(creating("docs"), first)).isEmpty();
    assertThat(write(sink("docs").withConflict(PgVectorSink.Conflict.NOTHING), second)).isEmpty();
    assertThat(query("select count(*), count(*) filter (where text like 'old %') from docs"))
        .containsExactly("10000|10000");
    assertThat(write(sink("docs"), second)).isEmpty();
    assertThat(query("select count(*), count(*) filter (where text like 'new %') from docs"))
        .containsExactly("10000|10000");
  }

  private static Batch[] parts(String text) {
    return IntStream.range(0, 10)
        .mapToObj(i -> numbered(1000 * i, 1000 * i + 1000, text))
        .toArray(Batch[]::new);
  }

  private static String digest(String table) throws SQLException {
    return query("select count(*), md5(string_agg(t::text, ';' order by id)) from " + table + " t")
        .get(0);
  }

  @Test
  void aBundleThatIsRepeatedLeavesTheSameRows() throws SQLException, IOException {
    write(creating("quiet"), parts("t"));
    write(creating("docs"), parts("t"));
    for (int i = 0; i < 5; i++) {
      run(WriteVectors.to(sink("docs")), numbered(3000, 5000, "t"));
    }
    assertThat(digest("docs")).isEqualTo(digest("quiet"));
  }

  /** Kills the server before some writes; the pause starts it again. */
  private record KillingSink(PgVectorSink sink, int every) implements VectorSink {
    @Override
    public String describe() {
      return sink.describe();
    }

    @Override
    public Writer open(VectorSchema schema) throws IOException {
      Writer writer = sink.open(schema);
      return new Writer() {
        @Override
        public WriteOutcome write(Batch rows) throws IOException {
          if (WRITES.incrementAndGet() % every == 0) {
            try {
              server().kill();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
          return writer.write(rows);
        }

        @Override
        public void close() throws IOException {
          writer.close();
        }
      };
    }
  }

  @Test
  void aServerThatIsKilledAndStartedAgainLosesNothing() throws Exception {
    write(creating("quiet"), parts("t"));
    write(creating("docs"), batch(new String[] {"x"}, new float[8]).with("text", texts("x")));
    sql("delete from docs");
    WRITES.set(0);
    VectorSchema schema = VectorSchema.of(numbered(0, 1, "t"), "id", "embedding");
    RetryingWriter.Pause restart =
        millis -> {
          try {
            server().restart();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    try (RetryingWriter writer =
        new RetryingWriter(
            new KillingSink(sink("docs"), 4), schema, RetryPolicy.DEFAULT, restart)) {
      for (Batch part : parts("t")) {
        assertThat(writer.write(part)).isEmpty();
      }
    }
    assertThat(WRITES.get()).isGreaterThan(12);
    assertThat(digest("docs")).isEqualTo(digest("quiet"));
  }

  @Test
  void aWorkerThatIsKilledLeavesWholeWrites() throws Exception {
    Batch all =
        WriteVectorsTest.batch(
            "f", IntStream.range(0, 1000).mapToObj(i -> "row" + i).toArray(String[]::new));
    write(creating("quiet"), all);
    write(creating("docs"), WriteVectorsTest.batch("f", "row0"));
    ChildJvm.Launch launch =
        ChildJvm.Launch.of(PgWritingJvm.class.getName())
            .withArguments(List.of(server().url(), "docs", server().passwordFile().toString()));
    try (ChildJvm child = ChildJvm.start("writer", launch, folder)) {
      await(() -> child.out().contains("written\nwritten\n"));
    }
    assertThat(query("select count(*) from docs")).containsExactly("1000");
    write(sink("docs"), all);
    assertThat(digest("docs")).isEqualTo(digest("quiet"));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + 300_000_000_000L;
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
  }

  @Test
  void rowsThatCannotBeAreFailuresAlone() throws SQLException {
    sql(
        "create table docs (id text primary key, embedding vector(2), text varchar(8) check (text"
            + " <> 'evil'))");
    ByteBuffer doubles = ByteBuffer.allocate(8 * 13).order(ByteOrder.LITTLE_ENDIAN);
    for (double each : new double[] {1, 2, 3, 4, 5, Double.NaN, 0, 1e300, 0, 7, 8, 9, 10}) {
      doubles.putDouble(each);
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", texts("good", "three", "nan", "huge", "zero", "last"));
    columns.put(
        "embedding",
        Array.Ragged.of(
            new Values.Numbers(DType.FLOAT64, doubles.array()), new int[] {0, 2, 5, 7, 9, 11, 13}));
    columns.put("text", texts("a", "b", "c", "d", "e\0f", "g"));
    // The vector of "nan" is NaN, 0; that of "huge" 1e300, 0.
    Batch bad = new Batch(6, columns, new Batch.Origin("bad", new long[] {0, 1, 2, 3, 4, 5}));
    Batch refused =
        batch(new String[] {"long", "evil", "fine"}, 1, 2, 3, 4, 5, 6)
            .with("text", texts("much too long", "evil", "ok"));
    assertThat(reasons(run(WriteVectors.to(sink("docs")).withDimension(2), bad, refused)))
        .containsExactly(
            "bad@1 the vector has 3 numbers, expected 2",
            "bad@2 column 'embedding': the vector has NaN",
            "bad@3 the number 1.0E300 is too large for float32",
            "bad@4 column 'text': the text has a zero byte, which a text of PostgreSQL cannot have",
            "f@0 PostgreSQL: value too long for type character varying(8) (22001)",
            "f@1 PostgreSQL: new row for relation \"docs\" violates check constraint"
                + " \"docs_text_check\" (23514)");
    assertThat(query("select id, embedding from docs order by id"))
        .containsExactly("fine|[5,6]", "good|[1,2]", "last|[9,10]");
  }

  @Test
  void whatTheServerRefusesOfAVectorIsARefusedBatch() throws Exception {
    // What the checks before the server's keep from it has these states.
    for (String value : List.of("[NaN,1]", "[1,2,3]", "[1e300,1]")) {
      try (Connection connection = server().connect();
          Statement statement = connection.createStatement()) {
        statement.execute("create temporary table t (v vector(2))");
        assertThatThrownBy(() -> statement.execute("insert into t values ('" + value + "')"))
            .isInstanceOfSatisfying(
                SQLException.class,
                e -> assertThat(PgErrors.ofWrite(e)).isInstanceOf(BatchRefusedException.class));
      }
    }
  }

  @Test
  void ofTwoRowsOfOneWriteWithOneIdTheLastStays() throws SQLException, IOException {
    write(creating("docs"), batch(new String[] {"a", "b", "a"}, 1, 1, 2, 2, 3, 3));
    assertThat(query("select id, embedding from docs order by id"))
        .containsExactly("a|[3,3]", "b|[2,2]");
  }

  @Test
  void workersWriteTheSameRowsAtTheSameTime() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(4);
    List<Future<Map<Integer, String>>> all = new ArrayList<>();
    for (int worker = 0; worker < 4; worker++) {
      int number = worker;
      all.add(
          workers.submit(
              () -> {
                Map<Integer, String> refused = new TreeMap<>();
                Batch rows = numbered(0, 500, "t");
                int[] order =
                    IntStream.range(0, 500).map(i -> (i * 7 + number * 131) % 500).toArray();
                Batch shuffled = rows.select(order);
                try (RetryingWriter writer = writer(creating("docs"), rows)) {
                  for (int i = 0; i < 10; i++) {
                    refused.putAll(writer.write(shuffled));
                  }
                }
                return refused;
              }));
    }
    for (Future<Map<Integer, String>> worker : all) {
      assertThat(worker.get()).isEmpty();
    }
    workers.shutdown();
    write(creating("quiet"), numbered(0, 500, "t"));
    assertThat(digest("docs")).isEqualTo(digest("quiet"));
  }

  @Test
  void aPasswordIsNeverShownOrKept() throws Exception {
    PgVectorSink sink = sink("docs");
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    new ObjectOutputStream(kept).writeObject(sink);
    assertThat(kept.toString(StandardCharsets.ISO_8859_1)).doesNotContain(PgServer.PASSWORD);
    Path wrong = Files.writeString(folder.resolve("wrong"), "wr0ng-pass\n");
    PgVectorSink denied = sink.withPassword(Secret.ofFile(wrong));
    assertThatThrownBy(() -> write(denied, batch(new String[] {"a"}, 1, 2)))
        .hasMessageContaining("password authentication failed for user \"hub\"")
        .hasMessageContaining("see the user, the password and the name of the database")
        .satisfies(e -> assertThat(stack(e)).doesNotContain("wr0ng-pass"));
    assertThatThrownBy(
            () ->
                write(
                    sink.withPassword(Secret.ofEnvironment("NO_SUCH_VARIABLE")),
                    batch(new String[] {"a"}, 1, 2)))
        .hasMessageContaining("there is no variable NO_SUCH_VARIABLE");
    for (String url :
        List.of(
            server().url() + "?user=hub&password=hidden",
            "jdbc:postgresql://hub:hidden@127.0.0.1/postgres",
            "postgresql://hub:hidden@127.0.0.1/postgres?password=hidden")) {
      assertThatThrownBy(() -> PgVectorSink.to(url, "docs"))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(stack(e)).doesNotContain("hidden"));
    }
  }

  private static String stack(Throwable failure) {
    StringWriter all = new StringWriter();
    failure.printStackTrace(new PrintWriter(all));
    return all.toString();
  }

  @Test
  void aServerThatIsNotThereIsTriedAgain() throws IOException {
    PgVectorSink nobody =
        PgVectorSink.to("jdbc:postgresql://127.0.0.1:1/postgres", "docs").withUser("hub");
    VectorSchema schema = VectorSchema.of(batch(new String[] {"a"}, 1), "id", "embedding");
    assertThatThrownBy(() -> nobody.open(schema)).isInstanceOf(StoreBusyException.class);
    PgVectorSink other =
        PgVectorSink.to(server().url().replace("/postgres", "/nothing"), "docs")
            .withUser(PgServer.USER)
            .withPassword(Secret.ofFile(server().passwordFile()));
    assertThatThrownBy(() -> other.open(schema))
        .isNotInstanceOf(StoreBusyException.class)
        .hasMessageContaining("database \"nothing\" does not exist");
  }
}
