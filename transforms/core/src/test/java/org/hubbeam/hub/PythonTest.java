// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import okhttp3.mockwebserver.Dispatcher;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okio.Buffer;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python's tensorflow_hub and this package with one cache. */
class PythonTest {
  @TempDir Path temp;

  private static Process start(String python, Path cache, String... arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of(python, "-c"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TFHUB_CACHE_DIR", cache.toString());
    builder.environment().put("CUDA_VISIBLE_DEVICES", "");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  @Test
  void eachUsesWhatTheOtherFetched() throws Exception {
    Path cache = temp.resolve("cache");
    String python = Python.with("tensorflow_hub");
    Set<String> asked = new ConcurrentSkipListSet<>();
    try (MockWebServer server = new MockWebServer()) {
      server.setDispatcher(
          new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
              boolean first = asked.add(String.valueOf(request.getPath()));
              return first
                  ? new MockResponse().setBody(new Buffer().write(TestModule.archive("x")))
                  : new MockResponse().setResponseCode(500);
            }
          });
      server.start();
      Hub hub = Hub.of(HubOptions.DEFAULT.withCacheFolder(cache.toString()));
      String ours = server.url("/ours/1?a=b%20c&d=1").toString();
      String theirs = server.url("/theirs/1?a=b&d=1").toString();
      Path folder = hub.resolve(ours).folder();
      Map<String, String> files = TestModule.read(folder);

      String script = "import sys, tensorflow_hub as h\nfor x in sys.argv[1:]: print(h.resolve(x))";
      String[] printed =
          HubProcess.output(start(python, cache, script, ours, theirs)).split("\n", -1);
      assertThat(printed).hasSize(2);
      assertThat(Path.of(printed[0])).isEqualTo(folder);
      assertThat(TestModule.read(folder)).isEqualTo(files);

      int requests = server.getRequestCount();
      assertThat(requests).isEqualTo(2);
      Hub.Resolved resolved = hub.resolve(theirs);
      assertThat(resolved.folder()).isEqualTo(Path.of(printed[1]));
      assertThat(TestModule.read(resolved.folder())).isEqualTo(files);
      assertThat(Files.exists(cache.resolve(Digests.sha1(theirs) + ".manifest.json"))).isTrue();
      assertThat(server.getRequestCount()).isEqualTo(requests);
    }
  }
}
