// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.hubbeam.explore.ExploreOptions;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.search.FilterException;
import org.hubbeam.search.Hit;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.QueryEncoder;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.SearchRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Finds the rows of an index that are nearest to a query. */
@Command(
    name = "search",
    description = {
      "Find the rows of an index that are nearest to a query.",
      "",
      "A query is embedded by the module that the index names, with the options that embed had; a"
          + " module with another digest is refused.",
      "Other options are passed to Beam, for indexes in its file systems: --awsRegion=REGION."
    },
    footer = {
      "",
      "Example: hubbeam search --index=out/index --query='a lost parcel' --filter=\"lang == 'en'\""
    })
final class SearchCommand extends BaseCommand {

  private static final String[] QUERIES = {
    "--query", "--queryFile", "--image", "--vector", "--like"
  };

  @Mixin private HandleOptions handles;
  @Unmatched private List<String> beamOptions = new ArrayList<>();

  @SuppressWarnings("UnusedVariable")
  @Mixin
  private LoadingOptions loading;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--index",
      required = true,
      paramLabel = "DIR",
      description = "the folder of the index")
  private String index;

  @Section(Section.Heading.INPUT)
  @Option(names = "--query", paramLabel = "TEXT", description = "a text to search for")
  private @Nullable String query;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--queryFile",
      paramLabel = "FILE",
      description = "texts to search for, one on a line")
  private @Nullable String queryFile;

  @Section(Section.Heading.INPUT)
  @Option(names = "--image", paramLabel = "FILE", description = "a picture to search for")
  private @Nullable String image;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--vector",
      paramLabel = "FILE",
      description = "vectors to search for: .npy, JSON, or numbers on lines")
  private @Nullable String vector;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--like",
      paramLabel = "ID",
      description = "a row of the index; the nearest others are found")
  private @Nullable String like;

  @Section(Section.Heading.MODULE)
  @Option(
      names = "--module",
      split = ",",
      paramLabel = "HANDLE",
      description = "where the module of the embeddings is (default: where it was)")
  private List<String> modules = new ArrayList<>();

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--k",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many rows to find (default: ${DEFAULT-VALUE})")
  private int k;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--ef",
      paramLabel = "N",
      description =
          "how many rows the graph keeps in view: more find better, and take longer (default: that"
              + " of the index)")
  private @Nullable Integer ef;

  @Section(Section.Heading.OUTPUT)
  @Option(names = "--exact", description = "compare the query with all rows")
  private boolean exact;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--filter",
      paramLabel = "EXPRESSION",
      description = "which rows may be found, by their columns: \"lang == 'de' and year >= 1990\"")
  private @Nullable String filter;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--diverse",
      paramLabel = "LAMBDA",
      description =
          "rows that resemble each other less: 1 for the nearest, towards 0 for more variety"
              + " (maximal marginal relevance)")
  private @Nullable Double diverse;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--by",
      paramLabel = "COLUMN",
      description = "find each value of this column once, such as the document of chunks")
  private @Nullable String by;

  @Section(Section.Heading.OUTPUT)
  @Option(names = "--json", description = "print each row that is found as a line of JSON")
  private boolean json;

  /**
   * What is searched for.
   *
   * @param name for people
   */
  private record Query(String name, float[] vector) {}

  @Section(Section.Heading.OTHER)
  @Option(
      names = "--serve",
      paramLabel = "PORT",
      description =
          "answer searches of this machine over HTTP, in JSON, until this is interrupted; 0 for any"
              + " free port")
  private @Nullable Integer serve;

  @Override
  public Integer call() throws IOException {
    if (serve != null) {
      return serve(serve);
    }
    checkOptions();
    FileSystems.setDefaultPipelineOptions(Engines.options("direct", beamOptions, this::near));
    HubOptions hub = handles.forHandle(index);
    try (SearchIndex opened = SearchIndex.open(new IndexPlace(index, hub).local())) {
      SearchRequest request = request(opened);
      HitsPrinter printer =
          json
              ? HitsPrinter.json(opened.description(), out())
              : HitsPrinter.table(opened.description(), out());
      if (like != null) {
        printer.print(like, opened.like(id(opened, like), request));
        return 0;
      }
      List<Query> queries = queries(opened.description());
      List<List<Hit>> found =
          opened.nearest(queries.stream().map(Query::vector).toArray(float[][]::new), request);
      for (int i = 0; i < queries.size(); i++) {
        printer.print(queries.get(i).name, found.get(i));
      }
      return 0;
    } catch (FilterException e) {
      ("hubbeam search: --filter: " + e.getMessage()).lines().forEach(err()::println);
      return Main.MISUSED;
    }
  }

  private int serve(int port) throws IOException {
    refuse(
        Set.of(Section.Heading.OUTPUT),
        "is of a single search; with --serve each request says how it is searched");
    if (Stream.of(QUERIES).anyMatch(given()::hasMatchedOption)) {
      throw new UsageException("--serve takes its queries from requests, not from options");
    }
    ExploreOptions options = Serving.at(ExploreOptions.json(index), ExploreOptions.LOOPBACK, port);
    return new Serving(index, handles.forHandle(index), access()).run(options, out(), err());
  }

  private void checkOptions() {
    List<String> given =
        Stream.of(QUERIES).filter(option -> given().hasMatchedOption(option)).toList();
    if (given.size() != 1) {
      throw new UsageException(
          given.isEmpty()
              ? "there is nothing to search for: give one of --query=TEXT, --queryFile=FILE,"
                  + " --image=FILE, --vector=FILE and --like=ID"
              : String.join(" and ", given) + " are mutually exclusive");
    }
    if (k < 1) {
      throw new UsageException("--k=" + k + " must be 1 or more");
    }
    if (ef != null && ef < 1) {
      throw new UsageException("--ef=" + ef + " must be 1 or more");
    }
    if (diverse != null && !(diverse >= 0 && diverse <= 1)) {
      throw new UsageException("--diverse=" + diverse + " must be from 0 to 1");
    }
    if (exact && ef != null) {
      throw new UsageException("--ef is for the graph, and --exact goes without it");
    }
  }

  private SearchRequest request(SearchIndex opened) {
    if (k > opened.size() && given().hasMatchedOption("--k")) {
      throw new UsageException(
          "--k=" + k + ": the index has " + Formatting.of(opened.size(), "row"));
    }
    SearchRequest request = SearchRequest.of(k);
    request = ef == null ? request : request.withEf(ef);
    request = exact ? request.withExact() : request;
    request = filter == null ? request : request.withFilter(opened.filter(filter));
    request = diverse == null ? request : request.withDiversity(diverse);
    return by == null ? request : request.withGroupBy(by);
  }

  private static RowId id(SearchIndex opened, String text) {
    return RowId.written(text).stream()
        .filter(id -> opened.row(id).isPresent())
        .findFirst()
        .orElse(RowId.of(text));
  }

  private List<Query> queries(IndexDescription described) throws IOException {
    if (vector != null) {
      List<Query> queries = new ArrayList<>();
      List<float[]> vectors = VectorFile.read("--vector", vector);
      for (int i = 0; i < vectors.size(); i++) {
        if (vectors.get(i).length != described.dimension()) {
          throw new UsageException(
              "--vector="
                  + vector
                  + " has "
                  + Formatting.of(vectors.get(i).length, "number")
                  + "; the vectors of the index have "
                  + described.dimension());
        }
        queries.add(
            new Query(vectors.size() == 1 ? vector : vector + ":" + (i + 1), vectors.get(i)));
      }
      return queries;
    }
    List<String> texts = image != null ? List.of() : texts();
    byte[] picture = image != null ? OutputFiles.required("--image", image) : new byte[0];
    try (QueryEncoder encoder = encoder(described)) {
      if (image != null) {
        return List.of(new Query(image, encoder.image(picture)));
      }
      return texts.stream().map(text -> new Query(text, encoder.text(text))).toList();
    }
  }

  private List<String> texts() throws IOException {
    if (query != null) {
      return List.of(query);
    }
    String file = Objects.requireNonNull(queryFile);
    List<String> lines =
        OutputFiles.requiredText("--queryFile", file).lines().filter(l -> !l.isBlank()).toList();
    if (lines.isEmpty()) {
      throw new UsageException("--queryFile=" + file + " has no queries");
    }
    return lines;
  }

  /** What makes vectors of queries, as the options say. */
  private QueryEncoder encoder(IndexDescription described) {
    return encoder(described, access());
  }

  private ModuleQueryEncoder.Access access() {
    return ModuleQueryEncoder.Access.of(given(), modules, err());
  }

  /** What makes vectors of queries for an index. */
  static ModuleQueryEncoder encoder(IndexDescription described, ModuleQueryEncoder.Access access) {
    Map<String, Object> embeddings = described.embeddings();
    return ModuleQueryEncoder.open(
        new ObjectMapper().valueToTree(embeddings),
        Objects.toString(embeddings.get("column"), EmbedJob.EMBEDDING),
        access);
  }
}
