// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.hubbeam.batch.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Modules on this machine, each in a folder that is never changed, only replaced when it is found
 * incomplete. An entry that is complete is only read.
 */
final class Cache {
  private static final Logger LOG = LoggerFactory.getLogger(Cache.class);
  private static final String MODULE = "Module: ";
  // One JVM, one lock per entry: its threads need not look at files to wait for each other.
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final Path root;
  private final Duration lockWait;

  Cache(Path root, Duration lockWait) {
    this.root = root.toAbsolutePath().normalize();
    this.lockWait = lockWait;
  }

  /**
   * What is wanted.
   *
   * @param name what the entry is filed under
   * @param handle what the user wrote, for messages: without what may be secret
   * @param pin the sha256 of the archive it must have come in; empty for any
   */
  record Request(String name, String handle, String pin) {
    Request named(String other) {
      return new Request(other, handle, pin);
    }
  }

  /** A complete entry. */
  record Entry(Path folder, Manifest manifest) {}

  /** Brings a module. */
  interface Fetcher {
    /**
     * Brings it into a folder.
     *
     * @param work an empty folder on the cache's disk, deleted afterwards
     */
    Fetched fetch(Path work) throws IOException;
  }

  /**
   * What was brought.
   *
   * @param module a folder below the work folder; it becomes the entry
   * @param url the last address, without what may be secret
   * @param archiveSha256 empty when it came in no archive
   */
  record Fetched(Path module, String url, String archiveSha256) {}

  /** The entry, if it is complete. */
  Optional<Entry> find(Request request) {
    CachePaths paths = CachePaths.of(root, request.name());
    if (!Files.isDirectory(paths.folder())) {
      return Optional.empty();
    }
    Optional<Manifest> manifest = Manifest.read(paths.manifest());
    if (manifest.isPresent()) {
      return manifest
          .filter(
              found ->
                  request.pin().isEmpty()
                      ? found.matches(paths.folder())
                      : request.pin().equals(found.archiveSha256())
                          && found.matchesBytes(paths.folder()))
          .map(found -> new Entry(paths.folder(), found));
    }
    return request.pin().isEmpty() && Completeness.plausible(paths.folder())
        ? adopt(paths, request)
        : Optional.empty();
  }

  private static Optional<Entry> adopt(CachePaths paths, Request request) {
    try {
      Manifest manifest =
          Manifest.of(paths.folder(), new Manifest.Origin(Secrets.masked(request.name()), "", ""));
      writeManifest(paths, manifest);
      return Optional.of(new Entry(paths.folder(), manifest));
    } catch (IOException e) {
      LOG.debug("cannot read all of {}", paths.folder(), e);
      return Optional.empty();
    }
  }

  private static void writeManifest(CachePaths paths, Manifest manifest) throws IOException {
    byte[] json = manifest.json();
    try {
      CachePaths.write(paths.manifest(), json);
    } catch (FileSystemException | ReadOnlyFileSystemException e) {
      LOG.debug("{} has no manifest and cannot have one", paths.folder(), e);
    }
  }

  /** The entry, fetched if it is not complete; by one thread of one process. */
  Entry get(Request request, Fetcher fetcher) {
    CachePaths paths = CachePaths.of(root, request.name());
    ReentrantLock threads = THREADS.computeIfAbsent(paths.folder(), key -> new ReentrantLock());
    lock(threads, request.handle());
    try {
      Optional<Entry> found = find(request);
      return found.isPresent() ? found.get() : fetch(paths, request, fetcher);
    } catch (AccessDeniedException | ReadOnlyFileSystemException e) {
      throw new HubException(
          request.handle()
              + " is not complete in the cache, and "
              + root
              + " cannot be written; set TFHUB_CACHE_DIR or HubOptions.withCacheFolder",
          e);
    } catch (IOException e) {
      throw new HubException("cannot fetch " + request.handle() + " into " + root, e);
    } finally {
      threads.unlock();
    }
  }

  private void lock(ReentrantLock threads, String handle) {
    try {
      if (!threads.tryLock(lockWait.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new HubException(
            handle + " is being fetched by another thread for more than " + lockWait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("interrupted while another thread fetches " + handle, e);
    }
  }

  private Entry fetch(CachePaths paths, Request request, Fetcher fetcher) throws IOException {
    makeRoot();
    Optional<FetchLock> taken =
        FetchLock.acquire(paths, request.handle(), lockWait, () -> find(request).isPresent());
    if (taken.isEmpty()) {
      return find(request).orElseThrow(() -> vanished(request));
    }
    try (FetchLock lock = taken.get()) {
      Optional<Entry> found = find(request);
      if (found.isPresent()) {
        return found.get();
      }
      return install(paths, request, fetcher.fetch(lock.work()), lock.work());
    }
  }

  private HubException vanished(Request request) {
    return new HubException(request.handle() + " was in " + root + " and is gone again");
  }

  private void makeRoot() throws IOException {
    if (Files.isDirectory(root)) {
      return;
    }
    if (root.getParent() != null) {
      Files.createDirectories(root.getParent());
    }
    try {
      Files.createDirectory(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (UnsupportedOperationException e) {
      Files.createDirectories(root);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(root)) {
        throw e;
      }
    }
  }

  private Entry install(CachePaths paths, Request request, Fetched fetched, Path work)
      throws IOException {
    if (!request.pin().isEmpty() && !request.pin().equals(fetched.archiveSha256())) {
      throw new HubException(request.handle() + " did not come in the archive it is pinned to");
    }
    Manifest.Origin origin =
        new Manifest.Origin(
            Secrets.masked(request.name()), Secrets.masked(fetched.url()), fetched.archiveSha256());
    Manifest manifest = Manifest.of(fetched.module(), origin);
    CachePaths.write(paths.descriptor(), descriptor(Secrets.masked(request.name())));
    // Before the module: a manifest without its files means 'fetch again', files without their
    // manifest would be believed.
    CachePaths.write(paths.manifest(), manifest.json());
    if (Files.exists(paths.folder())) {
      Files.move(paths.folder(), work.resolve("incomplete"), StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(fetched.module(), paths.folder(), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // A program that does not keep to the lock may have been quicker.
      return find(request)
          .orElseThrow(
              () -> new HubException("cannot put " + request.handle() + " into the cache", e));
    }
    return new Entry(paths.folder(), manifest);
  }

  private static byte[] descriptor(String name) throws IOException {
    String time =
        LocalDateTime.now(ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT));
    return String.format(
            Locale.ROOT,
            "%s%s\nDownload Time: %s\nDownloader Hostname: %s (PID:%d)",
            MODULE,
            name,
            time,
            InetAddress.getLocalHost().getHostName(),
            ProcessHandle.current().pid())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The name with the highest number that was fetched below a name, such as {@code name/3}. */
  Optional<String> newest(String name) {
    String prefix = Secrets.masked(name) + "/";
    return names().stream()
        .filter(each -> each.startsWith(prefix))
        .map(each -> each.substring(prefix.length()))
        .filter(ModuleFolder::isVersion)
        .max(Comparator.comparing(BigInteger::new))
        .map(version -> name + "/" + version);
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(root)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".descriptor.txt"))
          .map(Cache::nameIn)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String nameIn(Path descriptor) {
    try (Stream<String> lines = Files.lines(descriptor)) {
      String first = lines.findFirst().orElse("");
      return first.startsWith(MODULE) ? first.substring(MODULE.length()) : "";
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  Path root() {
    return root;
  }
}
