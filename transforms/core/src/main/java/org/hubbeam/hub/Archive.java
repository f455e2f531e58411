// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A tar, gzipped or not, whatever its name says. Only files and folders below one folder come out;
 * links, devices, duplicates and names that lead elsewhere are refused, and so is more than the
 * limits allow. What was written before a refusal is the caller's to delete.
 */
final class Archive {
  private static final long MOST_COUNTED = 256L << 20;

  private final Path file;
  private final String label;
  private final ArchiveLimits limits;
  private final ToLongFunction<Path> freeSpace;
  private final Set<Path> seen = new HashSet<>();
  private long allowed;
  private long written;
  private int entries;

  private Archive(Path file, String label, ArchiveLimits limits, ToLongFunction<Path> freeSpace) {
    this.file = file;
    this.label = label;
    this.limits = limits;
    this.freeSpace = freeSpace;
  }

  /** Whether a name says that it is an archive. */
  static boolean named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".tar") || lower.endsWith(".tar.gz") || lower.endsWith(".tgz");
  }

  /**
   * How archives are unpacked.
   *
   * @param freeSpace how many bytes may still be written into a folder
   */
  record Settings(ArchiveLimits limits, ToLongFunction<Path> freeSpace) {
    /**
     * Unpacks an archive.
     *
     * @param label what the message calls it
     * @param folder an empty folder
     * @throws HubException if the archive is refused or broken
     * @throws IOException if the disk fails
     */
    void unpack(Path file, String label, Path folder) throws IOException {
      new Archive(file, label, limits, freeSpace).unpack(folder);
    }
  }

  private void unpack(Path folder) throws IOException {
    allowed = limits.allowed(Files.size(file));
    count();
    entries = 0;
    try (Opened opened = open()) {
      TarArchiveEntry entry = next(opened);
      while (entry != null) {
        opened.meter.file();
        write(opened.tar, entry, folder);
        entry = next(opened);
      }
      drain(opened.meter);
    }
    if (!ArchiveFormat.isGzip(head())) {
      requireLastRecord();
    }
    if (written == 0) {
      throw refused("it has no files");
    }
  }

  /**
   * Counts the entries before any is written, because making files takes long: as far as reading
   * does not.
   */
  private void count() throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (Opened opened = open()) {
      while (next(opened) != null) {
        opened.meter.file();
        while (read(opened.tar, buffer) >= 0) {
          if (opened.meter.total() > MOST_COUNTED) {
            return;
          }
        }
      }
    }
  }

  /** A tar at its beginning; closes what it reads from. */
  private record Opened(TarArchiveInputStream tar, ArchiveMeter meter) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      meter.close();
    }
  }

  private Opened open() throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      BufferedInputStream tarred =
          new BufferedInputStream(ArchiveFormat.isGzip(head()) ? gunzip(in) : in, 1 << 16);
      requireTar(tarred);
      ArchiveMeter meter = new ArchiveMeter(tarred, limits);
      return new Opened(new TarArchiveInputStream(meter), meter);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private byte[] head() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(ArchiveFormat.RECORD);
    }
  }

  private InputStream gunzip(InputStream in) {
    try {
      return GzipCompressorInputStream.builder()
          .setInputStream(new BufferedInputStream(in, 1 << 16))
          .setDecompressConcatenated(true)
          .get();
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  private void requireTar(BufferedInputStream in) throws IOException {
    in.mark(ArchiveFormat.RECORD);
    byte[] record;
    try {
      record = in.readNBytes(ArchiveFormat.RECORD);
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
    in.reset();
    Optional<String> fault = ArchiveFormat.faultOfTar(record);
    if (fault.isPresent()) {
      throw refused(fault.get());
    }
  }

  private @Nullable TarArchiveEntry next(Opened opened) {
    TarArchiveEntry entry;
    try {
      opened.meter.headers();
      entry = opened.tar.getNextEntry();
    } catch (IOException | RuntimeException e) {
      // Fields that are no numbers come as several kinds of exceptions, some of them unchecked.
      throw broken(e);
    }
    if (entry != null && ++entries > limits.entries()) {
      throw refused(
          "it has more than "
              + limits.entries()
              + " files and folders; --maxModuleFiles (ArchiveLimits.withEntries) allows more");
    }
    return entry;
  }

  private void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder)
      throws IOException {
    Path target = SafeName.below(folder, entry.getName(), label);
    byte kind = entry.getLinkFlag();
    if (kind == TarConstants.LF_DIR || (plain(kind) && entry.getName().endsWith("/"))) {
      makeFolders(target, entry);
    } else if (!plain(kind) || entry.isSparse()) {
      throw refused("'" + entry.getName() + "' is " + kind(entry));
    } else if (target.equals(folder) || !seen.add(target)) {
      throw refused("'" + entry.getName() + "' is there twice");
    } else {
      requireRoom(folder, entry);
      makeFolders(Objects.requireNonNull(target.getParent()), entry);
      copy(tar, target, entry);
    }
  }

  private static boolean plain(byte kind) {
    return kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM;
  }

  private static String kind(TarArchiveEntry entry) {
    if (entry.isSymbolicLink()) {
      return "a symbolic link";
    }
    if (entry.isLink()) {
      return "a hard link";
    }
    return entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice()
        ? "a device"
        : "neither a file nor a folder";
  }

  private void makeFolders(Path target, TarArchiveEntry entry) throws IOException {
    try {
      Files.createDirectories(target);
    } catch (FileAlreadyExistsException e) {
      throw refused("'" + entry.getName() + "' is there as a file and as a folder");
    }
  }

  private void requireRoom(Path folder, TarArchiveEntry entry) {
    long after = written + Math.max(0, entry.getSize());
    if (after > allowed || after < 0) {
      throw tooMuch();
    }
    if (entry.getSize() > freeSpace.applyAsLong(folder)) {
      throw new HubException(
          "no room for " + label + ": '" + entry.getName() + "' has " + entry.getSize() + " bytes");
    }
  }

  private void copy(TarArchiveInputStream tar, Path target, TarArchiveEntry entry)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = create(target, entry)) {
      long size = 0;
      for (int n = read(tar, buffer); n >= 0; n = read(tar, buffer)) {
        size += n;
        written += n;
        if (written > allowed) {
          throw tooMuch();
        }
        out.write(buffer, 0, n);
      }
      if (size != entry.getSize()) {
        throw broken(new EOFException(entry.getName() + " is cut"));
      }
    }
  }

  private OutputStream create(Path target, TarArchiveEntry entry) throws IOException {
    try {
      return Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw refused("'" + entry.getName() + "' is there twice");
    }
  }

  private int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  /** Reads what follows the last entry, so that a gzip's checksum is compared. */
  private void drain(ArchiveMeter in) {
    byte[] buffer = new byte[1 << 16];
    in.padding();
    while (read(in, buffer) >= 0) {}
  }

  /** A tar ends with empty records; without them it was cut between two files. */
  private void requireLastRecord() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer record = ByteBuffer.allocate(ArchiveFormat.RECORD);
      channel.position(channel.size() - ArchiveFormat.RECORD);
      while (record.hasRemaining() && channel.read(record) >= 0) {}
      for (byte value : record.array()) {
        if (value != 0) {
          throw broken(new EOFException("the end is missing"));
        }
      }
    }
  }

  private HubException tooMuch() {
    return refused(
        "it unpacks to more than "
            + allowed
            + " bytes (limits: "
            + limits.bytes()
            + " bytes, "
            + limits.ratio()
            + " times the archive); --maxModuleBytes (ArchiveLimits) allows more");
  }

  private HubException refused(String why) {
    return new HubException(label + " is refused: " + why);
  }

  private HubException broken(Exception e) {
    return new HubException(label + " is cut or broken", e);
  }
}
