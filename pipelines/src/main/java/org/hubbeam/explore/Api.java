// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hubbeam.search.Hit;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.QueryEncoder;
import org.hubbeam.search.QueryKind;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.SearchRequest;
import org.jspecify.annotations.Nullable;

/** The answers in JSON, which the page and programs get alike. Thread-safe. */
final class Api {

  /** The largest image that is taken, in bytes. */
  static final int LARGEST_IMAGE = 16 << 20;

  private static final int LARGEST_JSON = 1 << 20;
  private static final int MOST_POINTS = 1000;

  private final SearchIndex index;
  private final @Nullable QueryEncoder encoder;
  private final ExploreOptions options;
  private final int version;
  private final Supplier<Survey> survey;
  private final Supplier<Pictures> pictures;
  private final Supplier<Answer> places;

  /**
   * @param encoder none to search only by rows and vectors
   * @param version of what is shown, by which requests for points are told from those for others
   */
  Api(SearchIndex index, @Nullable QueryEncoder encoder, ExploreOptions options, int version) {
    this.index = index;
    this.encoder = encoder;
    this.options = options;
    this.version = version;
    this.survey = new Once<>(() -> Survey.of(index));
    this.pictures =
        new Once<>(() -> Pictures.of(index.description(), survey.get().few(), options.pictures()));
    this.places =
        new Once<>(() -> Answer.json(MapJson.places(survey.get()).put("version", version)));
  }

  /** The answer to a request below {@code /api/}. */
  Answer answer(Request request) throws IOException {
    boolean posted = request.method().equals("POST");
    String path = request.path();
    if (posted && !path.equals("/api/search") && !path.equals("/api/points")) {
      throw new Refusal(405, path + " is asked for by GET");
    }
    checkVersion(request);
    return switch (path) {
      case "/api/info" -> Answer.json(info());
      case "/api/search" -> Answer.json(search(query(request, posted)));
      case "/api/map" -> places.get();
      case "/api/colors" -> Answer.json(MapJson.colors(survey.get(), request.parameter("column")));
      case "/api/points" ->
          Answer.json(points(Answer.parse(request.body(LARGEST_JSON)).path("points")));
      case "/api/picture" -> picture(RowJson.id(request.parameter("row")));
      default -> throw new Refusal(404, "there is no " + path);
    };
  }

  /** Points are numbers in the map of one version of the index. */
  private void checkVersion(Request request) {
    String asked = request.parameters().get("version");
    if (asked != null && !asked.equals(Integer.toString(version))) {
      throw new Refusal(409, "the index has changed since the page was opened: load it again");
    }
  }

  private ObjectNode info() {
    IndexDescription description = index.description();
    Survey facts = survey.get();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", options.title());
    node.put("rows", index.size());
    node.put("dimension", description.dimension());
    node.put("metric", description.metric().name().toLowerCase(Locale.ROOT));
    node.put("score", score());
    node.put("module", options.module());
    node.put("unencoded", options.unencoded());
    ArrayNode accepts = node.putArray("accepts");
    if (encoder != null) {
      encoder.accepts().stream()
          .map(k -> k.name().toLowerCase(Locale.ROOT))
          .sorted()
          .forEach(accepts::add);
    }
    ArrayNode columns = node.putArray("columns");
    facts.columns().forEach(column -> column.write(columns.addObject()));
    facts.title().ifPresent(title -> node.put("title", title));
    facts.color().ifPresent(color -> node.put("color", color));
    pictures.get().column().ifPresent(column -> node.put("picture", column));
    description
        .coordinates()
        .ifPresent(
            map ->
                node.putObject("map")
                    .put("method", map.method())
                    .put("points", facts.points().size()));
    node.put("howToMap", "hubbeam index --output=" + options.folder() + " --map=umap");
    node.putObject("limits").put("k", SearchQuery.MOST_ROWS).put("image", LARGEST_IMAGE);
    return node;
  }

  private String score() {
    return switch (index.description().metric()) {
      case COSINE -> "cosine similarity";
      case DOT -> "dot product";
      case EUCLIDEAN -> "distance";
    };
  }

  private SearchQuery query(Request request, boolean posted) throws IOException {
    if (!posted) {
      return typed(SearchQuery.parse(SearchQuery.object(request), null, index.description()));
    }
    if (request.isJson()) {
      return SearchQuery.parse(Answer.parse(request.body(LARGEST_JSON)), null, index.description());
    }
    byte[] image = request.body(LARGEST_IMAGE);
    if (image.length == 0) {
      throw new Refusal(400, "the image is empty");
    }
    return SearchQuery.parse(SearchQuery.object(request), image, index.description());
  }

  /** The same with the id that a row has, where it is a number: an address has only text. */
  private SearchQuery typed(SearchQuery query) {
    if (query.query() instanceof SearchQuery.Row row && row.id() instanceof RowId.Text text) {
      return RowId.written(text.value()).stream()
          .filter(id -> index.row(id).isPresent())
          .findFirst()
          .map(id -> new SearchQuery(new SearchQuery.Row(id), query.request()))
          .orElse(query);
    }
    return query;
  }

  private ObjectNode search(SearchQuery query) {
    long start = System.nanoTime();
    List<Hit> hits = hits(query.query(), query.request());
    double milliseconds = (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ObjectNode asked = node.putObject("query").put("kind", query.query().kind());
    if (query.query() instanceof SearchQuery.Row like) {
      index.row(like.id()).ifPresent(row -> asked.set("row", row(row.id(), row.columns())));
    }
    node.put("score", score());
    node.put("milliseconds", Math.round(milliseconds * 100) / 100.0);
    ArrayNode found = node.putArray("hits");
    boolean compared = !(query.query() instanceof SearchQuery.First);
    for (Hit hit : hits) {
      ObjectNode shown = row(hit.id(), hit.columns());
      if (compared) {
        shown.put("score", hit.score());
      }
      found.add(shown);
    }
    return node;
  }

  private List<Hit> hits(SearchQuery.Query query, SearchRequest request) {
    if (query instanceof SearchQuery.Text text) {
      return index.nearest(encoder(QueryKind.TEXT).text(text.text()), request);
    }
    if (query instanceof SearchQuery.Image image) {
      return index.nearest(encoder(QueryKind.IMAGE).image(image.encoded()), request);
    }
    if (query instanceof SearchQuery.Vector vector) {
      return index.nearest(vector.values(), request);
    }
    if (query instanceof SearchQuery.Row row) {
      if (index.row(row.id()).isEmpty()) {
        throw new Refusal(404, "there is no row " + row.id());
      }
      return index.like(row.id(), request);
    }
    return first(request);
  }

  /** The first rows; those that match a filter come by their nearness to the first of all. */
  private List<Hit> first(SearchRequest request) {
    List<IndexRow> few = survey.get().few();
    if (few.isEmpty()) {
      return List.of();
    }
    return index.nearest(few.get(0).vector(), request);
  }

  private QueryEncoder encoder(QueryKind kind) {
    if (encoder == null) {
      throw new Refusal(
          400,
          "search by a row or by a vector: "
              + (options.unencoded().isEmpty()
                  ? "this index has no module for queries"
                  : options.unencoded()));
    }
    if (!encoder.accepts().contains(kind)) {
      throw new Refusal(
          400,
          "the module of this index makes no vectors of "
              + (kind == QueryKind.TEXT ? "texts" : "images"));
    }
    return encoder;
  }

  private ObjectNode points(JsonNode numbers) {
    List<RowId> drawn = survey.get().points();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode found = node.putArray("rows");
    if (numbers.size() > MOST_POINTS) {
      throw new Refusal(400, "at most " + MOST_POINTS + " points are told at once");
    }
    for (JsonNode number : numbers) {
      if (!number.isInt() || number.intValue() < 0 || number.intValue() >= drawn.size()) {
        throw new Refusal(400, "there is no point " + number);
      }
      index
          .row(drawn.get(number.intValue()))
          .ifPresent(row -> found.add(row(row.id(), row.columns())));
    }
    return node;
  }

  private ObjectNode row(RowId id, Map<String, Object> columns) {
    ObjectNode node = RowJson.row(id, columns);
    node.put("picture", pictures.get().has(id, columns));
    index.coordinates(id).ifPresent(place -> node.putArray("xy").add(place[0]).add(place[1]));
    return node;
  }

  private Answer picture(RowId id) throws IOException {
    IndexRow row = index.row(id).orElseThrow(() -> new Refusal(404, "there is no row " + id));
    return pictures
        .get()
        .read(row)
        .map(picture -> Answer.of(picture.type(), picture.bytes()))
        .orElseThrow(() -> new Refusal(404, "the row " + id + " has no picture that can be read"))
        .withHeader("Cache-Control", "private, max-age=3600");
  }
}
