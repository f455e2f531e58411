// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.knn.plugin.KNNPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * One node of OpenSearch with the k-NN plugin, without its natives, on a port that the system
 * chooses. Run from its source with OpenSearch's jars on the class path; the tests are compiled
 * without them. Arguments: a folder for its data, then settings as {@code name=value}.
 */
final class OpenSearchNode extends Node {

  private OpenSearchNode(Settings settings, List<Class<? extends Plugin>> plugins) {
    super(environment(settings), plugins, true);
  }

  private static Environment environment(Settings settings) {
    return InternalSettingsPreparer.prepareEnvironment(
        settings, Map.of(), null, () -> "test-node");
  }

  public static void main(String[] arguments) throws Exception {
    Settings.Builder settings =
        Settings.builder()
            .put("path.home", Path.of(arguments[0]).toString())
            .put("cluster.name", "hubbeam-test")
            .put("discovery.type", "single-node")
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            .put("http.port", "0")
            .put("transport.port", "0")
            .put("network.host", "127.0.0.1")
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
    for (int i = 1; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      settings.put(setting[0], setting[1]);
    }
    Node node =
        new OpenSearchNode(
            settings.build(),
            List.of(
                Netty4Plugin.class,
                PainlessPlugin.class,
                KNNPlugin.class));
    node.start();
    int port =
        node.injector()
            .getInstance(org.opensearch.http.HttpServerTransport.class)
            .boundAddress()
            .publishAddress()
            .getPort();
    System.err.println("listening on port " + port);
    Thread.currentThread().join();
  }
}
