// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;

/** Points of a collection of Qdrant, with their ids and texts. */
record QdrantSink(String collection) implements VectorSink {

  @Override
  public String describe() {
    return collection;
  }

  @Override
  public Writer open(VectorSchema schema) {
    HttpClient client = HttpClient.newHttpClient();
    return new Writer() {
      @Override
      public WriteOutcome write(Batch rows) throws IOException {
        Values.Strings ids = (Values.Strings) rows.column(schema.id().name()).values();
        Array.Dense vectors = (Array.Dense) rows.column(schema.vector().name());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode points = body.putArray("points");
        for (int row = 0; row < rows.rows(); row++) {
          ObjectNode point = points.addObject();
          point.put("id", UUID.nameUUIDFromBytes(ids.get(row)).toString());
          point.putObject("payload").put("id", ids.text(row));
          ArrayNode vector = point.putArray("vector");
          Values.Numbers numbers = (Values.Numbers) vectors.slice(row, row + 1).values();
          for (float number : numbers.toFloats()) {
            vector.add(number);
          }
        }
        HttpRequest put =
            HttpRequest.newBuilder(URI.create(collection + "/points?wait=true"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
          HttpResponse<String> answer = client.send(put, HttpResponse.BodyHandlers.ofString());
          return switch (answer.statusCode()) {
            case 200 -> WriteOutcome.WRITTEN;
            case 400, 422 -> throw new BatchRefusedException(answer.body());
            case 429, 502, 503, 504 -> throw new StoreBusyException(answer.body(), Duration.ZERO);
            default -> throw new IOException(answer.statusCode() + ": " + answer.body());
          };
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }

      @Override
      public void close() {}
    };
  }
}
