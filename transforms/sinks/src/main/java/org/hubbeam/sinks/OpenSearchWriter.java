// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hubbeam.batch.Batch;

/** Writes rows by {@code _bulk}. */
final class OpenSearchWriter implements VectorSink.Writer {

  /** What the answer has for each document, in their order. */
  private static final String FILTER = "?filter_path=items.*.status,items.*.error";

  private final OpenSearchSink.Settings settings;
  private final OpenSearchDocument document;
  private final OpenSearchServer server;
  private final String path;

  OpenSearchWriter(OpenSearchSink.Settings settings, VectorSchema schema, OpenSearchServer server)
      throws IOException {
    this.settings = settings;
    this.document = new OpenSearchDocument(schema);
    this.server = server;
    this.path = "/" + OpenSearchServer.escaped(settings.index()) + "/_bulk" + FILTER;
  }

  @Override
  public WriteOutcome write(Batch rows) throws IOException {
    Map<Integer, String> refused = new TreeMap<>();
    Map<Integer, String> again = new TreeMap<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<Integer> sent = new ArrayList<>();
    for (int row = 0; row < rows.rows(); row++) {
      byte[] lines;
      try {
        lines = document.lines(rows, row);
      } catch (OpenSearchDocument.UnfitRowException e) {
        refused.put(row, String.valueOf(e.getMessage()));
        continue;
      }
      if (!sent.isEmpty() && body.size() + lines.length > settings.requestBytes()) {
        send(body.toByteArray(), sent, refused, again);
        body.reset();
        sent.clear();
      }
      body.writeBytes(lines);
      sent.add(row);
    }
    if (!sent.isEmpty()) {
      send(body.toByteArray(), sent, refused, again);
    }
    return new WriteOutcome(refused, again);
  }

  private void send(
      byte[] body, List<Integer> rows, Map<Integer, String> refused, Map<Integer, String> again)
      throws IOException {
    OpenSearchServer.Answer answer = server.bulk(path, body);
    if (answer.status() == 413 || answer.status() == 400) {
      throw new BatchRefusedException(answer.reason());
    }
    JsonNode items = answer.orFail().path("items");
    if (items.size() != rows.size()) {
      throw new IOException(
          settings.server()
              + " answered for "
              + items.size()
              + " of "
              + rows.size()
              + " documents");
    }
    for (int i = 0; i < items.size(); i++) {
      JsonNode item = items.get(i).elements().next();
      int status = item.path("status").asInt();
      JsonNode error = item.path("error");
      if (status >= 200 && status < 300) {
        continue;
      }
      String type = error.path("type").asText();
      if (type.equals("index_not_found_exception")) {
        throw new IOException(
            settings.server() + " has no index " + settings.index() + " any more");
      }
      String reason = OpenSearchServer.Answer.reason(error, item.toString());
      boolean later = OpenSearchServer.isBusy(status) || type.equals("cluster_block_exception");
      (later ? again : refused).put(rows.get(i), reason);
    }
  }

  @Override
  public void close() {}
}
