// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.hubbeam.hub.RemoteFiles.RemoteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Modules in object stores and on clusters' disks, through {@link RemoteFiles}. */
final class RemoteStorage {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteStorage.class);
  private static final int COPIES_AT_ONCE = 8;
  private static final int TRIES = 3;

  private final RemoteFiles remote = NoRemoteFiles.orInstalled();
  private final ArchiveLimits limits;
  private final FetchLimits fetchLimits;
  private final ToLongFunction<Path> freeSpace;
  private final ProgressListener listener;

  RemoteStorage(
      ArchiveLimits limits,
      FetchLimits fetchLimits,
      ToLongFunction<Path> freeSpace,
      ProgressListener listener) {
    this.limits = limits;
    this.fetchLimits = fetchLimits;
    this.freeSpace = freeSpace;
    this.listener = listener;
  }

  /**
   * A module's files.
   *
   * @param base the module's folder, without a slash at its end
   * @param version the name of the numbered version that was chosen; empty if there is no choice
   * @param files from their paths below the module
   */
  record Listing(String base, String version, Map<String, RemoteFile> files) {}

  static String withoutSlash(String spec) {
    return spec.replaceAll("(?<=[^:/])/+$", "");
  }

  /**
   * Finds a module's files: those of the folder itself, else those of its newest numbered version.
   *
   * @throws HubException if there is no module; it says what was found
   */
  Listing list(String folder) throws IOException {
    String base = withoutSlash(folder);
    Map<String, RemoteFile> files = files(base);
    if (ModuleFolder.GRAPHS.stream().anyMatch(files::containsKey)) {
      return new Listing(base, "", files);
    }
    String version = versions(files).stream().findFirst().orElseThrow(() -> none(folder, files));
    Map<String, RemoteFile> chosen = new TreeMap<>();
    files.forEach(
        (name, file) -> {
          if (name.startsWith(version + "/")) {
            chosen.put(name.substring(version.length() + 1), file);
          }
        });
    return new Listing(base + "/" + version, version, chosen);
  }

  /** The names of the numbered versions of a module, the newest first; none of a module itself. */
  List<String> versions(String folder) throws IOException {
    Map<String, RemoteFile> files = files(withoutSlash(folder));
    return ModuleFolder.GRAPHS.stream().anyMatch(files::containsKey) ? List.of() : versions(files);
  }

  private static List<String> versions(Map<String, RemoteFile> files) {
    return ModuleFolder.newestFirst(
        files.keySet().stream()
            .map(name -> name.substring(0, Math.max(0, name.indexOf('/'))))
            .filter(ModuleFolder::isVersion)
            .filter(v -> ModuleFolder.GRAPHS.stream().anyMatch(g -> files.containsKey(v + "/" + g)))
            .distinct());
  }

  private Map<String, RemoteFile> files(String base) throws IOException {
    requirePlain(base);
    Map<String, RemoteFile> files = new TreeMap<>();
    for (RemoteFile file : below(base)) {
      String name = below(base, file.uri());
      if (!name.isEmpty() && !name.endsWith("/")) {
        files.put(name, file);
      }
    }
    return files;
  }

  /**
   * Finds some files of a folder.
   *
   * @param names below the folder
   * @throws HubException if one is not there
   */
  Listing some(String base, Set<String> names) throws IOException {
    Map<String, RemoteFile> files = files(base);
    for (String name : names) {
      if (!files.containsKey(name)) {
        throw new HubException(base + "/" + name + " is not there");
      }
    }
    files.keySet().retainAll(names);
    return new Listing(base, "", files);
  }

  private static HubException none(String folder, Map<String, RemoteFile> files) {
    List<String> names = List.copyOf(files.keySet());
    return new HubException(
        folder
            + " "
            + ModuleFolder.kind(names)
                .orElse(
                    names.isEmpty()
                        ? "is not there, or empty"
                        : "is no module: none of "
                            + String.join(", ", ModuleFolder.GRAPHS)
                            + " is there, nor a folder of numbered versions; found "
                            + String.join(", ", names.stream().limit(8).toList())));
  }

  private static void requirePlain(String spec) {
    if (spec.matches(".*[*?\\[\\]{}].*")) {
      throw new HubException("a handle names one module, not a pattern: " + spec);
    }
  }

  private List<RemoteFile> below(String folder) throws IOException {
    try {
      return remote.below(folder);
    } catch (IllegalArgumentException e) {
      throw unknown(folder, e);
    }
  }

  private List<RemoteFile> match(String spec) throws IOException {
    try {
      return remote.match(spec);
    } catch (IllegalArgumentException e) {
      throw unknown(spec, e);
    }
  }

  private static HubException unknown(String spec, IllegalArgumentException e) {
    return new HubException(
        "cannot read "
            + spec
            + ": hubbeam-beam and its file system must be on the class path (for gs:"
            + " beam-sdks-java-extensions-google-cloud-platform-core, for s3:"
            + " beam-sdks-java-io-amazon-web-services2, for hdfs:"
            + " beam-sdks-java-io-hadoop-file-system) and set up by the pipeline's options",
        e);
  }

  /** A file's path below the base; empty for the base itself. */
  private static String below(String base, String file) {
    if (file.startsWith(base + "/")) {
      return file.substring(base.length() + 1);
    }
    // A file system may have filled in the authority: hdfs:///x is hdfs://host:port/x.
    String path = base.replaceFirst("^[^:]+://[^/]*", "") + "/";
    String filePath = file.replaceFirst("^[^:]+://[^/]*", "");
    if (!filePath.startsWith(path)) {
      throw new HubException("asked for the files of " + base + ", got " + file);
    }
    return filePath.substring(path.length());
  }

  /** Copies a module's files into a folder, several at once. */
  void copy(Listing listing, String handle, Path folder) throws IOException {
    if (listing.files().size() > limits.entries()) {
      throw new HubException(
          listing.base()
              + " is refused: it has "
              + listing.files().size()
              + " files; --maxModuleFiles (ArchiveLimits.withEntries) allows more than "
              + limits.entries());
    }
    long total = 0;
    for (RemoteFile file : listing.files().values()) {
      fetchLimits.requireSize(listing.base(), file.sizeBytes());
      total += file.sizeBytes();
      fetchLimits.requireSize(listing.base(), total);
    }
    requireSpace(handle, total, folder);
    Meter meter = new Meter(handle, total, listener);
    ExecutorService pool = Executors.newFixedThreadPool(COPIES_AT_ONCE);
    try {
      List<Future<?>> copies = new ArrayList<>();
      for (Map.Entry<String, RemoteFile> file : listing.files().entrySet()) {
        Path target = SafeName.below(folder, file.getKey(), listing.base());
        Files.createDirectories(target.getParent());
        copies.add(
            pool.submit(
                () -> {
                  copy(file.getValue(), target, meter);
                  return null;
                }));
      }
      for (Future<?> copy : copies) {
        await(copy, handle);
      }
    } finally {
      pool.shutdownNow();
      awaitEnd(pool);
    }
  }

  private static void await(Future<?> copy, String handle) throws IOException {
    try {
      copy.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("interrupted while copying " + handle, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new HubException("cannot copy " + handle, Objects.requireNonNull(e.getCause()));
    }
  }

  // The work folder is deleted next: nobody may write into it any more.
  private static void awaitEnd(ExecutorService pool) {
    try {
      if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new HubException("a copy does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Copies a single file.
   *
   * @throws HubException if it is not there
   */
  void copyFile(String spec, String handle, Path target) throws IOException {
    requirePlain(spec);
    Optional<RemoteFile> file = match(spec).stream().findFirst();
    RemoteFile found = file.orElseThrow(() -> new HubException(spec + " is not there"));
    fetchLimits.requireSize(spec, found.sizeBytes());
    requireSpace(handle, found.sizeBytes(), Objects.requireNonNull(target.getParent()));
    copy(found, target, new Meter(handle, found.sizeBytes(), listener));
  }

  /** Copies a file, and again from its beginning where that breaks off. */
  private void copy(RemoteFile file, Path target, Meter meter) throws IOException {
    for (int left = TRIES - 1; ; left--) {
      try {
        copyOnce(file, target, meter);
        return;
      } catch (IOException e) {
        if (left == 0 || isInterrupt(e)) {
          throw e;
        }
        LOG.warn("{} broke off, and is copied again: {}", file.uri(), e.toString());
      }
    }
  }

  /** Whether the reading was to end; a server that is too slow is reported as if it were so. */
  private static boolean isInterrupt(IOException e) {
    return e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
  }

  private void copyOnce(RemoteFile file, Path target, Meter meter) throws IOException {
    long size = 0;
    try (InputStream in = Channels.newInputStream(remote.open(file));
        OutputStream out = Files.newOutputStream(target)) {
      byte[] buffer = new byte[1 << 18];
      for (int n = in.read(buffer); n >= 0 && size <= file.sizeBytes(); n = in.read(buffer)) {
        out.write(buffer, 0, n);
        size += n;
        meter.add(n);
      }
    } catch (IOException e) {
      meter.add(-size);
      throw e;
    }
    if (size != file.sizeBytes()) {
      meter.add(-size);
      throw new IOException(
          file.uri() + " gave " + size + " bytes of " + file.sizeBytes() + " into " + target);
    }
  }

  private void requireSpace(String handle, long bytes, Path folder) {
    long free = freeSpace.applyAsLong(folder);
    if (bytes > free) {
      throw new HubException(
          "no room for "
              + handle
              + ": it has "
              + bytes
              + " bytes, "
              + folder
              + " has "
              + free
              + " bytes free");
    }
  }

  private static final class Meter {
    private final String handle;
    private final long total;
    private final ProgressListener listener;
    private long bytes;

    Meter(String handle, long total, ProgressListener listener) {
      this.handle = handle;
      this.total = total;
      this.listener = listener;
    }

    synchronized void add(long more) {
      bytes += more;
      listener.progress(new Progress(handle, bytes, OptionalLong.of(total)));
    }
  }
}
