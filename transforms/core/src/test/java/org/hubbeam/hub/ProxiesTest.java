// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxiesTest {
  private static Proxy select(ProxySelector jvm, String uri) {
    Map<String, String> variables =
        Map.of(
            "https_proxy", "http://proxy.corp:3128",
            "HTTP_PROXY", "plain.corp",
            "no_proxy", ".inside.corp, other.org");
    return new Proxies(jvm, new Environment(variables::get, Path.of("/")))
        .select(URI.create(uri))
        .get(0);
  }

  private static Proxy http(String host, int port) {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  @Test
  void theEnvironmentsHoldWhereTheJvmHasNone() {
    assertThat(select(null, "https://tfhub.dev/x")).isEqualTo(http("proxy.corp", 3128));
    assertThat(select(null, "http://tfhub.dev/x")).isEqualTo(http("plain.corp", 80));
    for (String direct :
        new String[] {
          "https://a.inside.corp/", "https://inside.corp/", "https://OTHER.org/",
          "http://localhost:1/", "http://127.0.0.1/", "http://[::1]/"
        }) {
      assertThat(select(null, direct)).as(direct).isEqualTo(Proxy.NO_PROXY);
    }
    assertThat(select(null, "https://another.org/")).isEqualTo(http("proxy.corp", 3128));
  }

  @Test
  void theJvmsComesFirst() {
    ProxySelector jvm = ProxySelector.of(InetSocketAddress.createUnresolved("jvm.corp", 1));
    assertThat(select(jvm, "https://tfhub.dev/x").address()).hasToString("jvm.corp/<unresolved>:1");
  }
}
