// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.search.Metric;

/** The fields of an index: makes them where that is asked for, and compares them with the rows. */
final class OpenSearchMapping {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OpenSearchSink.Settings settings;
  private final VectorSchema schema;

  OpenSearchMapping(OpenSearchSink.Settings settings, VectorSchema schema) {
    this.settings = settings;
    this.schema = schema;
  }

  /** Makes the template and the index if they are asked for, and sees whether the rows fit. */
  void prepare(OpenSearchServer server) throws IOException {
    String index = "/" + OpenSearchServer.escaped(settings.index());
    Metric metric = settings.template();
    if (metric != null) {
      server
          .ask("PUT", "/_index_template/hubbeam-" + index.substring(1), template(server, metric))
          .orFail();
      OpenSearchServer.Answer made = server.ask("PUT", index, null);
      String type = made.body().path("error").path("type").asText();
      if (!made.isGood() && !type.equals("resource_already_exists_exception")) {
        made.orFail();
      }
    }
    OpenSearchServer.Answer mapping = server.ask("GET", index + "/_mapping", null);
    if (mapping.status() == 404) {
      throw new IOException(
          settings.server()
              + " has no index "
              + settings.index()
              + "; it must be there, or be asked to be made");
    }
    for (JsonNode one : mapping.orFail()) {
      check(one.path("mappings").path("properties").path(schema.vector().name()));
    }
  }

  private void check(JsonNode field) throws IOException {
    String type = field.path("type").asText();
    if (!type.equals("knn_vector") && !type.equals("dense_vector")) {
      throw new IOException(
          "the index "
              + settings.index()
              + " has "
              + (type.isEmpty() ? "no field" : "a field of the type " + type)
              + " '"
              + schema.vector().name()
              + "'; vectors need knn_vector or dense_vector");
    }
    int dimension = field.path("dimension").asInt(field.path("dims").asInt());
    if (dimension > 0 && dimension != schema.dimension()) {
      throw new IOException(
          "the field '"
              + schema.vector().name()
              + "' of the index "
              + settings.index()
              + " has "
              + dimension
              + " numbers, and the vectors have "
              + schema.dimension());
    }
  }

  private ObjectNode template(OpenSearchServer server, Metric metric) {
    ObjectNode template = JSON.createObjectNode();
    template.putArray("index_patterns").add(settings.index());
    template.put("priority", 500);
    ObjectNode inner = template.putObject("template");
    if (!server.isElastic()) {
      inner.putObject("settings").put("index.knn", true);
    }
    ObjectNode fields = inner.putObject("mappings").putObject("properties");
    ObjectNode vector = fields.putObject(schema.vector().name());
    if (server.isElastic()) {
      vector.put("type", "dense_vector").put("dims", schema.dimension()).put("index", true);
      vector.put("similarity", similarity(metric));
    } else {
      vector.put("type", "knn_vector").put("dimension", schema.dimension());
      vector
          .putObject("method")
          .put("name", "hnsw")
          .put("engine", "lucene")
          .put("space_type", space(metric));
    }
    fields
        .putObject(schema.id().name())
        .put("type", schema.id().dtype() == DType.STRING ? "keyword" : "long");
    for (ArraySpec column : schema.columns()) {
      ObjectNode field = fields.putObject(column.name());
      field.put("type", type(column.dtype()));
      if (column.dtype() == DType.STRING) {
        field
            .putObject("fields")
            .putObject("keyword")
            .put("type", "keyword")
            .put("ignore_above", 256);
      }
    }
    return template;
  }

  private static String type(DType dtype) {
    if (dtype == DType.STRING) {
      return "text";
    }
    if (dtype == DType.BOOL) {
      return "boolean";
    }
    if (dtype == DType.UINT64) {
      return "unsigned_long";
    }
    return dtype == DType.FLOAT64 ? "double" : dtype.isFloating() ? "float" : "long";
  }

  private static String space(Metric metric) {
    return switch (metric) {
      case COSINE -> "cosinesimil";
      case DOT -> "innerproduct";
      case EUCLIDEAN -> "l2";
    };
  }

  private static String similarity(Metric metric) {
    return switch (metric) {
      case COSINE -> "cosine";
      case DOT -> "max_inner_product";
      case EUCLIDEAN -> "l2_norm";
    };
  }
}
