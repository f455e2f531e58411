package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.hub.HubOptions;
import picocli.CommandLine.Option;

/** The options of how handles are resolved, over what the environment says. */
final class HandleOptions {

  @Option(names = "--offline", description = "fetch nothing; only folders and the cache")
  private boolean offline;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description = "where fetched modules are kept; otherwise TFHUB_CACHE_DIR says it")
  private String cache;

  @Option(
      names = "--mirror",
      paramLabel = "START=OTHER",
      description = "handles that start so are looked for elsewhere; may be given several times")
  private List<String> mirrors = new ArrayList<>();

  @Option(
      names = "--sha256",
      paramLabel = "DIGEST",
      description = "the digest that the module's archive must have")
  private String sha256;

  /** The options for this handle. */
  HubOptions forHandle(String handle) {
    HubOptions options = HubOptions.fromEnvironment();
    if (offline) {
      options = options.withNetwork(HubOptions.Network.OFFLINE);
    }
    if (cache != null) {
      options = options.withCacheFolder(cache);
    }
    for (String mirror : mirrors) {
      options = options.withMirror(mirror);
    }
    return sha256 == null ? options : options.withPin(handle, sha256);
  }
}
