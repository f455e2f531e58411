// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.hubbeam.explore.ExploreOptions;
import org.hubbeam.explore.ExploreServer;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.QueryEncoder;
import org.hubbeam.search.SearchIndex;
import org.jspecify.annotations.Nullable;

/**
 * Serves an index over HTTP until the program is interrupted.
 *
 * @param index its folder
 * @param hub says where copies of indexes are kept that are elsewhere
 * @param access where the modules of its embeddings are
 */
record Serving(String index, HubOptions hub, ModuleQueryEncoder.Access access) {

  /** The options with an address. */
  static ExploreOptions at(ExploreOptions options, String host, int port) {
    if (port < 0 || port > 65535) {
      throw new UsageException("the port " + port + " must be from 0 to 65535");
    }
    if (host.isBlank()) {
      throw new UsageException("--host= is empty; for other machines too, use --host=0.0.0.0");
    }
    return options.withHost(host).withPort(port);
  }

  /** Serves; the address is printed, with the token if other machines reach it. */
  int run(ExploreOptions options, PrintWriter out, PrintWriter err) throws IOException {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    try (SearchIndex opened = SearchIndex.open(new IndexPlace(index, hub).local());
        Encoding encoding = encoding(opened.description());
        ExploreServer server =
            ExploreServer.start(
                opened,
                this::newer,
                encoding.encoder(),
                options
                    .withModule(String.join(", ", modules(opened.description())))
                    .withUnencoded(encoding.problem()))) {
      if (!encoding.problem().isEmpty()) {
        err.println("texts and images cannot be searched for: " + encoding.problem());
      }
      out.println(server.address());
      out.flush();
      err.println("Ctrl-C ends it");
      err.flush();
      new CountDownLatch(1).await();
      return 0;
    } catch (InterruptedException e) {
      return 0;
    }
  }

  private Optional<SearchIndex> newer(SearchIndex shown) {
    IndexPlace place = new IndexPlace(index, hub);
    try {
      return place.read().equals(shown.description())
          ? Optional.empty()
          : Optional.of(SearchIndex.open(place.local()));
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** What makes vectors of queries, or why there is nothing that does. */
  private record Encoding(@Nullable QueryEncoder encoder, String problem) implements AutoCloseable {
    @Override
    public void close() {
      if (encoder != null) {
        encoder.close();
      }
    }
  }

  /** Rows can be looked at without the module, so that it is missed only where it was named. */
  private Encoding encoding(IndexDescription described) {
    try {
      return new Encoding(SearchCommand.encoder(described, access), "");
    } catch (RuntimeException e) {
      if (!access.modules().isEmpty()) {
        throw e;
      }
      return new Encoding(null, Errors.message(e));
    }
  }

  private List<String> modules(IndexDescription described) {
    List<String> handles = new ArrayList<>(access.modules());
    if (handles.isEmpty()) {
      JsonNode embeddings = new ObjectMapper().valueToTree(described.embeddings());
      embeddings.path("modules").forEach(module -> handles.add(module.path("handle").asText()));
    }
    return handles;
  }
}
