// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's proxies; where it has none, those of {@code https_proxy}, {@code http_proxy} and {@code
 * no_proxy}, in lower or upper case.
 */
final class Proxies extends ProxySelector {
  private final @Nullable ProxySelector jvm;
  private final Environment environment;

  /**
   * Proxies of a JVM and its environment.
   *
   * @param jvm may be null: then the JVM has none
   */
  Proxies(@Nullable ProxySelector jvm, Environment environment) {
    this.jvm = jvm;
    this.environment = environment;
  }

  @Override
  public List<Proxy> select(URI uri) {
    List<Proxy> chosen = jvm == null ? List.of(Proxy.NO_PROXY) : jvm.select(uri);
    boolean configured =
        System.getProperty("http.proxyHost") != null
            || System.getProperty("https.proxyHost") != null
            || System.getProperty("socksProxyHost") != null;
    if (configured || chosen.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
      return chosen;
    }
    String address = variable(uri.getScheme().toLowerCase(Locale.ROOT) + "_proxy");
    if (address.isEmpty() || excluded(uri.getHost())) {
      return chosen;
    }
    return List.of(new Proxy(Proxy.Type.HTTP, socket(address)));
  }

  private static InetSocketAddress socket(String address) {
    URI uri = Web.parse(address.contains("://") ? address : "http://" + address);
    if (uri.getHost() == null) {
      throw new HubException("the environment names a proxy that is no address");
    }
    return InetSocketAddress.createUnresolved(
        uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
  }

  private boolean excluded(String host) {
    if (Web.loopback(host)) {
      return true;
    }
    for (String entry : variable("no_proxy").split("[,\\s]+", -1)) {
      String name = entry.startsWith(".") ? entry.substring(1) : entry;
      if (name.equals("*")
          || (!name.isEmpty() && (host.equalsIgnoreCase(name) || endsWith(host, "." + name)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsWith(String host, String end) {
    return host.toLowerCase(Locale.ROOT).endsWith(end.toLowerCase(Locale.ROOT));
  }

  private String variable(String name) {
    String lower = environment.get(name);
    return lower.isEmpty() ? environment.get(name.toUpperCase(Locale.ROOT)) : lower;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException problem) {
    if (jvm != null) {
      jvm.connectFailed(uri, address, problem);
    }
  }
}
