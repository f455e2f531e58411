package org.hubbeam.hub;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How handles are resolved.
 *
 * <p>What is left open here is looked up on the machine that resolves: a pipeline's workers use
 * their own cache folder and their own Kaggle credentials.
 *
 * @param cacheFolder where fetched modules are kept; empty for the machine's own: the system
 *     property {@code hubbeam.cache}, else the variable {@code TFHUB_CACHE_DIR} (which Python's
 *     {@code tensorflow_hub} reads too, so that both share what was fetched), else {@code
 *     ~/.cache/tfhub_modules}. Python's default is one folder in {@code /tmp} for all users, which
 *     others may have filled and which is cleaned while it is in use; this one is the user's own
 * @param network whether anything may be fetched
 * @param format which of TF Hub's two answers is asked for
 * @param mirrors what the start of a handle is replaced by before it is resolved; the longest start
 *     that fits wins, once
 * @param pins the sha256, as 64 hexadecimal digits, of the archive of a handle. Anything else is
 *     refused, also from the cache
 * @param lockWait how long to wait for another process that fetches the same module. A holder that
 *     gives no sign of life for half of it, but at least three seconds, has lost the lock
 * @param limits what an archive may unpack to
 * @param readTimeout how long a server may be silent
 * @param kaggle how Kaggle is asked
 */
public record HubOptions(
    String cacheFolder,
    Network network,
    Format format,
    Map<String, String> mirrors,
    Map<String, String> pins,
    Duration lockWait,
    ArchiveLimits limits,
    Duration readTimeout,
    KaggleAccess kaggle)
    implements Serializable {

  /** Everything as the machine that resolves has it; no mirrors, no pins, online. */
  public static final HubOptions DEFAULT =
      new HubOptions(
          "",
          Network.ONLINE,
          Format.COMPRESSED,
          Map.of(),
          Map.of(),
          Duration.ofMinutes(20),
          ArchiveLimits.DEFAULT,
          Duration.ofSeconds(60),
          KaggleAccess.OF_MACHINE);

  /** Whether anything may be fetched. */
  public enum Network {
    /** What is not in the cache is fetched. */
    ONLINE,
    /** Only folders, archives on this machine and the cache. */
    OFFLINE
  }

  /** What an {@code https:} server is asked for. */
  public enum Format {
    /** An archive. */
    COMPRESSED,
    /** The place of the module's files, which are copied from there. */
    UNCOMPRESSED
  }

  public HubOptions {
    Objects.requireNonNull(cacheFolder);
    Objects.requireNonNull(network);
    Objects.requireNonNull(format);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(kaggle);
    mirrors = Map.copyOf(mirrors);
    pins = Map.copyOf(pins);
    requirePositive("the wait for a lock", lockWait);
    requirePositive("the time a server may be silent", readTimeout);
    mirrors.keySet().forEach(HubOptions::requirePrefix);
    pins.forEach(HubOptions::requireDigest);
  }

  /**
   * The defaults, changed by the environment: {@code TFHUB_MODEL_LOAD_FORMAT} ({@code AUTO}, {@code
   * COMPRESSED}, {@code UNCOMPRESSED}), {@code HUBBEAM_OFFLINE} ({@code 1} or {@code true}), {@code
   * HUBBEAM_MIRRORS} ({@code prefix=replacement}, several parted by white space), {@code
   * KAGGLE_API_ENDPOINT}. {@code TFHUB_DISABLE_CERT_VALIDATION} is not heard: put the certificate
   * into the JVM's trust store.
   *
   * @throws IllegalArgumentException if one of them has a value that is not known
   */
  public static HubOptions fromEnvironment() {
    return fromEnvironment(Environment.SYSTEM);
  }

  static HubOptions fromEnvironment(Environment environment) {
    HubOptions options = DEFAULT;
    switch (environment.get("TFHUB_MODEL_LOAD_FORMAT")) {
      case "", "AUTO", "COMPRESSED" -> {}
      case "UNCOMPRESSED" -> options = options.withFormat(Format.UNCOMPRESSED);
      default ->
          throw new IllegalArgumentException(
              "TFHUB_MODEL_LOAD_FORMAT is "
                  + environment.get("TFHUB_MODEL_LOAD_FORMAT")
                  + "; allowed: AUTO, COMPRESSED, UNCOMPRESSED");
    }
    switch (environment.get("HUBBEAM_OFFLINE").toLowerCase(Locale.ROOT)) {
      case "", "0", "false" -> {}
      case "1", "true" -> options = options.withNetwork(Network.OFFLINE);
      default ->
          throw new IllegalArgumentException(
              "HUBBEAM_OFFLINE is "
                  + environment.get("HUBBEAM_OFFLINE")
                  + "; allowed: 0, 1, false, true");
    }
    for (String mirror : environment.get("HUBBEAM_MIRRORS").split("\\s+", -1)) {
      options = mirror.isEmpty() ? options : options.withMirror(mirror);
    }
    String endpoint = environment.get("KAGGLE_API_ENDPOINT");
    return endpoint.isEmpty()
        ? options
        : options.withKaggle(KaggleAccess.OF_MACHINE.withEndpoint(URI.create(endpoint)));
  }

  private static void requirePositive(String what, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(what + " must be positive, not " + value);
    }
  }

  private static void requirePrefix(String prefix) {
    if (prefix.isBlank()) {
      throw new IllegalArgumentException("a mirror stands for the start of a handle, not for all");
    }
  }

  private static void requireDigest(String handle, String sha256) {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "the sha256 of " + handle + " must be 64 hexadecimal digits, not '" + sha256 + "'");
    }
  }

  /**
   * A copy that keeps fetched modules there. It is made, for the user alone, when it is missing.
   */
  public HubOptions withCacheFolder(String value) {
    return new HubOptions(
        value, network, format, mirrors, pins, lockWait, limits, readTimeout, kaggle);
  }

  /** A copy that may, or may not, fetch. */
  public HubOptions withNetwork(Network value) {
    return new HubOptions(
        cacheFolder, value, format, mirrors, pins, lockWait, limits, readTimeout, kaggle);
  }

  /** A copy that asks {@code https:} servers for this. */
  public HubOptions withFormat(Format value) {
    return new HubOptions(
        cacheFolder, network, value, mirrors, pins, lockWait, limits, readTimeout, kaggle);
  }

  /** A copy in which handles that start so are looked for elsewhere. */
  public HubOptions withMirror(String prefix, String replacement) {
    return new HubOptions(
        cacheFolder,
        network,
        format,
        with(mirrors, prefix, replacement),
        pins,
        lockWait,
        limits,
        readTimeout,
        kaggle);
  }

  /**
   * A copy with one more mirror.
   *
   * @param mirror {@code prefix=replacement}
   */
  public HubOptions withMirror(String mirror) {
    int equals = mirror.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(
          "a mirror is written prefix=replacement, not '" + mirror + "'");
    }
    return withMirror(mirror.substring(0, equals), mirror.substring(equals + 1));
  }

  /** A copy that accepts only an archive with this sha256 for the handle. */
  public HubOptions withPin(String handle, String sha256) {
    return new HubOptions(
        cacheFolder,
        network,
        format,
        mirrors,
        with(pins, handle, sha256.toLowerCase(Locale.ROOT)),
        lockWait,
        limits,
        readTimeout,
        kaggle);
  }

  /** A copy that waits this long for another process. */
  public HubOptions withLockWait(Duration value) {
    return new HubOptions(
        cacheFolder, network, format, mirrors, pins, value, limits, readTimeout, kaggle);
  }

  /** A copy with other limits for archives. */
  public HubOptions withLimits(ArchiveLimits value) {
    return new HubOptions(
        cacheFolder, network, format, mirrors, pins, lockWait, value, readTimeout, kaggle);
  }

  /** A copy that lets a server be silent so long. */
  public HubOptions withReadTimeout(Duration value) {
    return new HubOptions(
        cacheFolder, network, format, mirrors, pins, lockWait, limits, value, kaggle);
  }

  /** A copy that asks Kaggle so. */
  public HubOptions withKaggle(KaggleAccess value) {
    return new HubOptions(
        cacheFolder, network, format, mirrors, pins, lockWait, limits, readTimeout, value);
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> copy = new TreeMap<>(map);
    copy.put(key, value);
    return copy;
  }

  /** The handle after the mirrors. */
  String mirrored(String handle) {
    return mirrors.keySet().stream()
        .filter(handle::startsWith)
        .max((a, b) -> Integer.compare(a.length(), b.length()))
        .map(prefix -> mirrors.get(prefix) + handle.substring(prefix.length()))
        .orElse(handle);
  }
}
