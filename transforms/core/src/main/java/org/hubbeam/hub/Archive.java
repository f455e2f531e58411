// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * A tar, gzipped or not, whatever its name says. Only files and folders below one folder come out;
 * links, devices, duplicates and names that lead elsewhere are refused, and so is more than the
 * limits allow. What was written before a refusal is the caller's to delete.
 */
final class Archive {
  private static final int RECORD = 512;
  private static final int LONGEST_PADDING = 1 << 20;

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
    byte[] head = head();
    try (InputStream in = Files.newInputStream(file);
        InputStream plain = GzipCompressorInputStream.matches(head, head.length) ? gunzip(in) : in;
        BufferedInputStream tarred = new BufferedInputStream(plain, 1 << 16)) {
      requireTar(tarred);
      Metered metered = new Metered(tarred);
      TarArchiveInputStream tar = new TarArchiveInputStream(metered);
      TarArchiveEntry entry = next(tar, metered);
      while (entry != null) {
        metered.allow(Long.MAX_VALUE);
        write(tar, entry, folder);
        entry = next(tar, metered);
      }
      drain(metered);
    }
    if (!GzipCompressorInputStream.matches(head, head.length)) {
      requireLastRecord();
    }
    if (written == 0) {
      throw refused("it has no files");
    }
  }

  private byte[] head() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(RECORD);
    }
  }

  private InputStream gunzip(InputStream in) throws IOException {
    return GzipCompressorInputStream.builder()
        .setInputStream(new BufferedInputStream(in, 1 << 16))
        .setDecompressConcatenated(true)
        .get();
  }

  private void requireTar(BufferedInputStream in) throws IOException {
    in.mark(RECORD);
    byte[] record;
    try {
      record = in.readNBytes(RECORD);
    } catch (IOException e) {
      throw broken(e);
    }
    in.reset();
    if (record.length == RECORD && checksum(record)) {
      return;
    }
    String text = new String(record, StandardCharsets.ISO_8859_1).strip();
    throw refused(
        text.isEmpty()
            ? "it is empty"
            : text.startsWith("<")
                ? "it is a web page, not an archive"
                : text.startsWith("PK") ? "it is a zip, not a tar" : "it is not a tar");
  }

  private static boolean checksum(byte[] record) {
    try {
      return new TarArchiveEntry(record).isCheckSumOK();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private TarArchiveEntry next(TarArchiveInputStream tar, Metered metered) {
    try {
      metered.allow(LONGEST_PADDING);
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry != null && ++entries > limits.entries()) {
        throw refused("it has more than " + limits.entries() + " entries");
      }
      return entry;
    } catch (IOException | IllegalArgumentException e) {
      throw broken(e);
    }
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
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Reads what follows the last entry, so that a gzip's checksum is compared. */
  private void drain(Metered in) {
    byte[] buffer = new byte[1 << 16];
    in.allow(LONGEST_PADDING);
    while (read(in, buffer) >= 0) {}
  }

  /** A tar ends with empty records; without them it was cut between two files. */
  private void requireLastRecord() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer record = ByteBuffer.allocate(RECORD);
      channel.position(channel.size() - RECORD);
      while (record.hasRemaining() && channel.read(record) >= 0) {}
      for (byte value : record.array()) {
        if (value != 0) {
          throw broken(new EOFException("the end is missing"));
        }
      }
    }
  }

  /** Bounds what is read between two files: names and headers are held in memory. */
  private static final class Metered extends FilterInputStream {
    private long left;

    Metered(InputStream in) {
      super(in);
    }

    void allow(long bytes) {
      left = bytes;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      spend(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int n = super.read(buffer, from, length);
      spend(Math.max(0, n));
      return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
      long n = super.skip(bytes);
      spend(n);
      return n;
    }

    private void spend(long bytes) throws IOException {
      left -= bytes;
      if (left < 0) {
        throw new IOException("more than " + LONGEST_PADDING + " bytes between two files");
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
            + " times the archive)");
  }

  private HubException refused(String why) {
    return new HubException(label + " is refused: " + why);
  }

  private HubException broken(Exception e) {
    return new HubException(label + " is cut or broken", e);
  }
}
