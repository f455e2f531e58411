// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns handles into local folders.
 *
 * <p>A handle is
 *
 * <ul>
 *   <li>a folder, as a path or a {@code file:} address: a module, or numbered versions of one, of
 *       which the newest counts. A folder that is there wins over all other meanings;
 *   <li>a {@code .tar}, {@code .tar.gz} or {@code .tgz} on this machine;
 *   <li>an {@code https:} address, asked by TF Hub's protocol. Plain {@code http:} is for this
 *       machine's own servers alone;
 *   <li>a model on Kaggle, {@code owner/model/framework/variation} with or without {@code
 *       /version}, also with {@code https://www.kaggle.com/models/} before it. Without a version it
 *       is the current one, which is asked for each time;
 *   <li>a folder or an archive of one of Beam's file systems, such as {@code gs://bucket/module}.
 *       What was fetched once is not looked at again, but for which numbered version is the newest.
 * </ul>
 *
 * <p>What comes from elsewhere is kept in the cache, which Python's {@code tensorflow_hub} shares:
 * an entry is filed under the sha1 of its handle; of a Kaggle model under that of its address with
 * the version. It is used only while it is complete, and fetched again if it is not. Threads may
 * share a hub; threads and processes that want the same module at once fetch it once.
 */
public final class Hub {
  private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

  private final HubOptions options;
  private final Environment environment;
  private final ToLongFunction<Path> freeSpace;
  private final Cache cache;
  private final Sources sources;

  private Hub(
      HubOptions options,
      Environment environment,
      ToLongFunction<Path> freeSpace,
      ProgressListener listener) {
    this.options = options;
    this.environment = environment;
    this.freeSpace = freeSpace;
    Path root =
        options.cacheFolder().isEmpty()
            ? environment.cacheFolder()
            : Path.of(options.cacheFolder());
    cache = new Cache(root, options.lockWait());
    Web web = new Web(ServerBody.Pace.of(options));
    sources =
        new Sources(
            options,
            environment,
            web,
            new Download.Settings(web, options.fetchLimits(), freeSpace, listener),
            new Archive.Settings(options.limits(), freeSpace),
            new RemoteStorage(options.limits(), options.fetchLimits(), freeSpace, listener));
  }

  /** A hub with these settings. */
  public static Hub of(HubOptions options) {
    return of(options, Environment.SYSTEM, Hub::usableSpace);
  }

  static Hub of(HubOptions options, Environment environment, ToLongFunction<Path> freeSpace) {
    return new Hub(options, environment, freeSpace, ProgressListener.NONE);
  }

  /** A copy that tells how fetches go on. */
  public Hub withListener(ProgressListener listener) {
    return new Hub(options, environment, freeSpace, listener);
  }

  private static long usableSpace(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new HubException("cannot ask how much room " + folder + " has", e);
    }
  }

  /**
   * A module on this machine.
   *
   * @param handle as it was given, without what may be secret, such as a signature
   * @param folder the SavedModel
   * @param url where it was fetched from in the end, after redirects and without what may be
   *     secret, such as a signature; the handle's own address when another program fetched it;
   *     empty for what lay on this machine
   * @param remote whether it came from outside of this machine
   * @param archiveSha256 the sha256 of the archive that it came in; empty when it came in none, or
   *     when another program fetched it
   */
  public record Resolved(
      String handle, Path folder, String url, boolean remote, String archiveSha256) {

    /** A module that came in no archive. */
    public Resolved(String handle, Path folder, String url, boolean remote) {
      this(handle, folder, url, remote, "");
    }

    /**
     * What identifies the module: the sha256 of {@code saved_model.pb}, or of the file that stands
     * for it. The file is read at each call.
     *
     * @return 64 hexadecimal digits
     */
    public String digest() {
      Path graph =
          ModuleFolder.graph(folder)
              .orElseThrow(() -> new HubException(folder + " is no module any more"));
      try {
        return Digests.sha256(graph);
      } catch (IOException e) {
        throw new HubException("cannot read " + graph, e);
      }
    }

    /**
     * What identifies all of the module: a sha256 over its graph, the index of its variables, which
     * has their checksums, its assets, and the names and sizes of the files of variables. It is the
     * same wherever the module lies. The files are read at each call.
     *
     * @return 64 hexadecimal digits
     */
    public String fingerprint() {
      try {
        return ModuleFolder.fingerprint(folder);
      } catch (IOException e) {
        throw new HubException("cannot read " + folder, e);
      }
    }
  }

  /**
   * The local folder of a module.
   *
   * @param handle a folder, an archive, a URL, a Kaggle handle, a {@code gs:} path
   * @throws HubException if there is no such module, it cannot be fetched, or it is refused; the
   *     cache is then as it was
   */
  public Resolved resolve(String handle) {
    if (handle.isBlank()) {
      throw new HubException("the handle of the module is empty");
    }
    Optional<KaggleModel> model = KaggleModel.parse(handle);
    String name = model.isPresent() && !isWeb(handle) ? model.get().url() : handle;
    String at = options.mirrored(handle);
    if (at.equals(handle) && !options.mirrored(name).equals(name) && !exists(handle)) {
      at = options.mirrored(name);
    }
    Cache.Request request =
        new Cache.Request(name, Secrets.masked(handle), options.pins().getOrDefault(handle, ""));
    Optional<Path> path = onDisk(at);
    if (path.isPresent()) {
      return local(path.get(), request);
    }
    Optional<KaggleModel> kaggle = KaggleModel.parse(at);
    if (kaggle.isPresent()) {
      return kaggle(kaggle.get(), request);
    }
    if (isWeb(at)) {
      return web(at, request);
    }
    if (at.matches("[A-Za-z][A-Za-z0-9+.-]+://.+")) {
      return storage(at, request);
    }
    throw unknown(at);
  }

  /**
   * The handles of the numbered versions of a module, the newest first. Nothing is fetched but a
   * list of files.
   *
   * @param base a folder of folders with numbers as names, on this machine or in an object store
   * @throws HubException if there are no versions, or they cannot be listed
   */
  public List<String> versions(String base) {
    String at = options.mirrored(base);
    Optional<Path> path = onDisk(at).filter(Files::isDirectory);
    List<String> versions;
    if (path.isPresent()) {
      boolean module = ModuleFolder.graph(path.get()).isPresent();
      versions = module ? List.of() : ModuleFolder.versions(path.get());
    } else if (!isWeb(at) && at.matches("[A-Za-z][A-Za-z0-9+.-]+://.+")) {
      try {
        versions = sources.versions(at);
      } catch (IOException e) {
        throw new HubException("cannot list " + Secrets.masked(at), e);
      }
    } else {
      versions = List.of();
    }
    if (versions.isEmpty()) {
      throw new HubException(
          Secrets.masked(base)
              + " has no versions: a folder is needed, here or in an object store, with a module"
              + " in each of its folders 1, 2, ...");
    }
    String plain = RemoteStorage.withoutSlash(base);
    return versions.stream().map(version -> plain + "/" + version).toList();
  }

  private static HubException unknown(String at) {
    if (at.matches("[./~].*")) {
      return new HubException("there is no folder and no archive " + at);
    }
    String shown = Secrets.masked(at);
    return new HubException(
        shown
            + " is no folder and no archive on this machine, no address (https:, gs:, s3:, hdfs:,"
            + " file:) and no Kaggle handle (owner/model/framework/variation[/version], the"
            + " framework being for example tensorFlow2)"
            + (at.matches("[a-z0-9-]+(\\.[a-z0-9-]+)*\\.[a-z]{2,}/.+")
                ? "; did you mean https://" + shown + "?"
                : ""));
  }

  private static boolean isWeb(String handle) {
    String lower = handle.toLowerCase(Locale.ROOT);
    return lower.startsWith("https://") || lower.startsWith("http://");
  }

  private static Optional<Path> onDisk(String at) {
    if (at.toLowerCase(Locale.ROOT).startsWith("file:")) {
      return Optional.of(fileAddress(at));
    }
    return exists(at) ? Optional.of(Path.of(at)) : Optional.empty();
  }

  private static boolean exists(String path) {
    try {
      return Files.exists(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Path fileAddress(String address) {
    if (address.substring("file:".length()).matches("(?s)//(?!/|localhost/)[^/]+/.*")) {
      throw new HubException(
          "an address of a file names no host but localhost: " + Secrets.masked(address));
    }
    String rest = address.substring("file:".length()).replaceFirst("^//(localhost)?(?=/)", "");
    try {
      Path decoded = Path.of(new URI("file", null, "/", null).resolve(rest.replace(" ", "%20")));
      return Files.exists(decoded) || !exists(rest) ? decoded : Path.of(rest);
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      return Path.of(rest);
    }
  }

  private Resolved local(Path path, Cache.Request request) {
    if (Files.isDirectory(path)) {
      Sources.requireNoPin(request);
      return new Resolved(request.handle(), ModuleFolder.locate(path, path.toString()), "", false);
    }
    if (!Files.isRegularFile(path)) {
      throw new HubException(path + " is not there");
    }
    if (!Archive.named(path.getFileName().toString())) {
      throw new HubException(
          path
              + " "
              + ModuleFolder.around(path)
                  .map(folder -> "is a file of a module; give its folder: " + folder)
                  .or(() -> ModuleFolder.kind(List.of(path.getFileName().toString())))
                  .orElse("is a file; a module is a folder, a .tar, .tar.gz or .tgz"));
    }
    Cache.Request stamped = request.named(stamp(path));
    Cache.Entry entry =
        cache
            .find(stamped)
            .orElseGet(
                () ->
                    cache.get(
                        stamped, work -> sources.unpack(path, path.toString(), stamped, work)));
    return new Resolved(
        request.handle(), entry.folder(), "", false, entry.manifest().archiveSha256());
  }

  /** A changed archive is another entry: the old one may be in use. */
  private static String stamp(Path archive) {
    try {
      return archive.toRealPath().toUri()
          + "#"
          + Files.size(archive)
          + "-"
          + Files.getLastModifiedTime(archive).toMillis();
    } catch (IOException e) {
      throw new HubException("cannot read " + archive, e);
    }
  }

  private Resolved web(String at, Cache.Request request) {
    URI uri = Web.parse(at);
    Web.requireAllowed(uri);
    boolean versioned = uri.getPath().matches(".*/[0-9]+/?") || Archive.named(uri.getPath());
    return cached(
        at,
        request,
        work -> {
          if (!versioned && request.pin().isEmpty()) {
            LOG.warn("{} names no version: what it gives may change", request.handle());
          }
          return sources.web(at, request, work);
        });
  }

  private Resolved kaggle(KaggleModel model, Cache.Request request) {
    if (model.version().isPresent()) {
      return cached(model.url(), request, work -> sources.kaggle(model, request, work));
    }
    if (options.network() == HubOptions.Network.OFFLINE) {
      return newestCached(model.url(), request);
    }
    KaggleModel current = model.at(sources.currentVersion(model, request.handle()));
    LOG.info("{} is at present {}", request.handle(), current.url());
    Cache.Request versioned = request.named(current.url());
    return cached(current.url(), versioned, work -> sources.kaggle(current, versioned, work));
  }

  private Resolved storage(String at, Cache.Request request) {
    Cache.Request plain = request.named(RemoteStorage.withoutSlash(request.name()));
    if (Archive.named(RemoteStorage.withoutSlash(at))) {
      return cached(at, request, work -> sources.storage(at, request, work));
    }
    Optional<Cache.Entry> found = cache.find(plain);
    if (found.isPresent()) {
      return resolved(at, plain, found.get());
    }
    if (options.network() == HubOptions.Network.OFFLINE) {
      return newestCached(plain.name(), plain);
    }
    RemoteStorage.Listing listing;
    try {
      listing = sources.list(at);
    } catch (IOException e) {
      throw new HubException("cannot list " + at, e);
    }
    Cache.Request versioned =
        listing.version().isEmpty() ? plain : plain.named(plain.name() + "/" + listing.version());
    return cached(listing.base(), versioned, work -> sources.storage(listing, versioned, work));
  }

  /**
   * The local copy of some files of a folder in an object store or on a cluster's disks: of one
   * version of them, which never changes.
   *
   * @param folder its address, such as {@code gs://bucket/index}
   * @param version what tells this version of the files from others, such as a digest
   * @param names of the files, below the folder
   * @return a folder with all of them
   * @throws HubException if they cannot be fetched; the cache is then as it was
   */
  @Internal
  public Path copy(String folder, String version, Set<String> names) {
    String base = RemoteStorage.withoutSlash(folder);
    Cache.Request request = new Cache.Request(base + "#" + version, Secrets.masked(base), "");
    return cached(base, request, work -> sources.files(base, names, request, work)).folder();
  }

  private Resolved newestCached(String name, Cache.Request request) {
    Cache.Request newest = request.named(cache.newest(name).orElse(name));
    return cache
        .find(newest)
        .map(entry -> resolved(newest.name(), newest, entry))
        .orElseThrow(() -> offline(request));
  }

  private Resolved cached(String at, Cache.Request request, Cache.Fetcher fetcher) {
    Optional<Cache.Entry> found = cache.find(request);
    if (found.isEmpty() && options.network() == HubOptions.Network.OFFLINE) {
      throw offline(request);
    }
    return resolved(at, request, found.isPresent() ? found.get() : cache.get(request, fetcher));
  }

  private HubException offline(Cache.Request request) {
    return new HubException(
        request.handle()
            + " is not complete in the cache "
            + cache.root()
            + (request.pin().isEmpty() ? "" : " as the archive " + request.pin())
            + ", and nothing is fetched offline; run once without --offline, or give the folder of"
            + " a copy instead");
  }

  private static Resolved resolved(String at, Cache.Request request, Cache.Entry entry) {
    Manifest manifest = entry.manifest();
    String url = manifest.url().isEmpty() ? Secrets.masked(at) : Secrets.masked(manifest.url());
    return new Resolved(request.handle(), entry.folder(), url, true, manifest.archiveSha256());
  }
}
