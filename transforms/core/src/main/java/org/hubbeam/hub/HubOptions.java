// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.batch.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * How handles are resolved.
 *
 * <p>What is not set here is looked up on the machine that resolves: the workers of a pipeline use
 * their own cache folder and their own Kaggle credentials. Start with {@link #DEFAULT} or {@link
 * #fromEnvironment()} and change single options by the {@code with} methods. Immutable.
 */
public final class HubOptions implements Serializable {
  private static final long serialVersionUID = 1;

  /** Everything as the machine that resolves has it; no mirrors, no pins, online. */
  public static final HubOptions DEFAULT = new HubOptions();

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

  private static final Pattern PLACE = Pattern.compile("=(?=[A-Za-z][A-Za-z0-9+.-]+:/|[/.~])");

  private String cacheFolder = "";
  private Network network = Network.ONLINE;
  private Format format = Format.COMPRESSED;
  private Map<String, String> mirrors = Map.of();
  private Map<String, String> pins = Map.of();
  private Duration lockWait = Duration.ofMinutes(20);
  private ArchiveLimits limits = ArchiveLimits.DEFAULT;
  private FetchLimits fetchLimits = FetchLimits.DEFAULT;
  private Duration readTimeout = Duration.ofSeconds(60);
  private KaggleAccess kaggle = KaggleAccess.OF_MACHINE;

  private HubOptions() {}

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
        : options.withKaggle(KaggleAccess.OF_MACHINE.withEndpoint(address(endpoint)));
  }

  private static URI address(String endpoint) {
    try {
      return URI.create(endpoint);
    } catch (IllegalArgumentException e) {
      // Its message has the whole address.
      throw new IllegalArgumentException(
          "KAGGLE_API_ENDPOINT is " + Secrets.masked(endpoint) + ", which is no address");
    }
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
          "the sha256 of "
              + Secrets.masked(handle)
              + " must be 64 hexadecimal digits, not '"
              + sha256
              + "'");
    }
  }

  private HubOptions with(Consumer<HubOptions> change) {
    HubOptions copy = new HubOptions();
    copy.cacheFolder = cacheFolder;
    copy.network = network;
    copy.format = format;
    copy.mirrors = mirrors;
    copy.pins = pins;
    copy.lockWait = lockWait;
    copy.limits = limits;
    copy.fetchLimits = fetchLimits;
    copy.readTimeout = readTimeout;
    copy.kaggle = kaggle;
    change.accept(copy);
    return copy;
  }

  /**
   * Sets the folder of fetched modules, which is made, for the user alone, when it is missing.
   * Default: the system property {@code hubbeam.cache}, else the variable {@code TFHUB_CACHE_DIR}
   * (which Python's {@code tensorflow_hub} reads too, so that both share what was fetched), else
   * {@code ~/.cache/tfhub_modules}. Python's default is one folder in {@code /tmp} for all users,
   * which others may have filled and which is cleaned while it is in use; this one is the user's
   * own.
   */
  public HubOptions withCacheFolder(String value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.cacheFolder = value);
  }

  /** Sets whether anything may be fetched. Default: {@link Network#ONLINE}. */
  public HubOptions withNetwork(Network value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.network = value);
  }

  /** Sets what {@code https:} servers are asked for. Default: {@link Format#COMPRESSED}. */
  public HubOptions withFormat(Format value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.format = value);
  }

  /**
   * Adds a mirror: handles that start with {@code prefix} are resolved with {@code replacement} in
   * its place. The longest prefix that matches is replaced, once.
   */
  public HubOptions withMirror(String prefix, String replacement) {
    requirePrefix(prefix);
    return with(copy -> copy.mirrors = with(mirrors, prefix, replacement));
  }

  /**
   * A copy with one more mirror.
   *
   * @param mirror {@code prefix=replacement}
   */
  public HubOptions withMirror(String mirror) {
    int equals = mirror.indexOf('=');
    int query = mirror.indexOf('?');
    if (query > 0 && query < equals) {
      // A prefix with parameters: the replacement begins as a place does.
      Matcher place = PLACE.matcher(mirror);
      equals = place.find(query) ? place.start() : -1;
    }
    if (equals < 1) {
      throw new IllegalArgumentException(
          "a mirror is written prefix=replacement, not '" + Secrets.masked(mirror) + "'");
    }
    return withMirror(mirror.substring(0, equals), mirror.substring(equals + 1));
  }

  /**
   * Accepts only an archive with this sha256, 64 hexadecimal digits, for the handle. Anything else
   * is refused, also from the cache.
   */
  public HubOptions withPin(String handle, String sha256) {
    String digest = sha256.toLowerCase(Locale.ROOT);
    requireDigest(handle, digest);
    return with(copy -> copy.pins = with(pins, handle, digest));
  }

  /**
   * Sets how long to wait for another process that fetches the same module. A holder that gives no
   * sign of life for half of it, but at least three seconds, has lost the lock. Default: 20
   * minutes.
   */
  public HubOptions withLockWait(Duration value) {
    requirePositive("the wait for a lock", value);
    return with(copy -> copy.lockWait = value);
  }

  /** Sets what an archive may unpack to, and how many files a module may have. */
  public HubOptions withLimits(ArchiveLimits value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.limits = value);
  }

  /** Sets how large a module may be that is fetched, and how long that may take. */
  public HubOptions withFetchLimits(FetchLimits value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.fetchLimits = value);
  }

  /** Sets how long a server may send nothing. Default: 60 seconds. */
  public HubOptions withReadTimeout(Duration value) {
    requirePositive("the time a server may be silent", value);
    return with(copy -> copy.readTimeout = value);
  }

  /** Sets how Kaggle is accessed. */
  public HubOptions withKaggle(KaggleAccess value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.kaggle = value);
  }

  String cacheFolder() {
    return cacheFolder;
  }

  Network network() {
    return network;
  }

  Format format() {
    return format;
  }

  Map<String, String> mirrors() {
    return mirrors;
  }

  Map<String, String> pins() {
    return pins;
  }

  Duration lockWait() {
    return lockWait;
  }

  ArchiveLimits limits() {
    return limits;
  }

  FetchLimits fetchLimits() {
    return fetchLimits;
  }

  Duration readTimeout() {
    return readTimeout;
  }

  KaggleAccess kaggle() {
    return kaggle;
  }

  private List<Object> parts() {
    return List.of(
        cacheFolder,
        network,
        format,
        mirrors,
        pins,
        lockWait,
        limits,
        fetchLimits,
        readTimeout,
        kaggle);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HubOptions options && parts().equals(options.parts());
  }

  @Override
  public int hashCode() {
    return parts().hashCode();
  }

  /** Without what may be secret. */
  @Override
  public String toString() {
    return "HubOptions" + Secrets.maskedIn(parts().toString());
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> copy = new HashMap<>(map);
    copy.put(key, value);
    return Map.copyOf(copy);
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
