// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * What a file is that should be a tar, gzipped or not, told by its first bytes.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX: pax</a>
 */
final class ArchiveFormat {
  /** Bytes of a header of a tar. */
  static final int RECORD = 512;

  /** What other files begin with. */
  private record Other(String magic, String words) {}

  private static final List<Other> OTHERS =
      List.of(
          new Other("PK\3\4", "a zip, not a tar; unpack it and give its folder"),
          new Other("PK\5\6", "an empty zip, not a tar"),
          new Other("\37\213", "packed by gzip twice; unpack it once"),
          new Other("BZh", "packed by bzip2; only gzip is read"),
          new Other("\3757zXZ", "packed by xz; only gzip is read"),
          new Other("\50\265\57\375", "packed by Zstandard; only gzip is read"),
          new Other("7z\274\257\47\34", "a 7z, not a tar; unpack it and give its folder"),
          new Other("Rar!", "a RAR, not a tar; unpack it and give its folder"),
          new Other("\211HDF", "an HDF5 file, not an archive of a module"),
          new Other("<", "a web page, not an archive"),
          new Other("{", "JSON, not an archive"));

  private ArchiveFormat() {}

  static boolean isGzip(byte[] head) {
    return GzipCompressorInputStream.matches(head, head.length);
  }

  /**
   * Why a file cannot be an archive.
   *
   * @param head its first bytes; the more, the more can be told of what is packed
   * @return half a sentence; empty where it may be one
   */
  static Optional<String> fault(byte[] head) {
    if (!isGzip(head)) {
      return faultOfTar(head);
    }
    byte[] record = new byte[RECORD];
    int size = 0;
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(head))) {
      int n = 0;
      while (n >= 0 && size < RECORD) {
        size += n;
        n = in.read(record, size, RECORD - size);
      }
    } catch (IOException e) {
      // What is packed cannot be told from the beginning alone.
    }
    return size < RECORD ? Optional.empty() : faultOfTar(record);
  }

  /**
   * Why a file that is not packed cannot be a tar.
   *
   * @param head its first bytes
   * @return half a sentence; empty where it may be one
   */
  static Optional<String> faultOfTar(byte[] head) {
    if (head.length >= RECORD && isHeader(head)) {
      return Optional.empty();
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.isBlank() || text.chars().allMatch(c -> c == 0)) {
      return Optional.of("it is empty");
    }
    String words = text.replaceFirst("^\357\273\277", "").stripLeading();
    return Optional.of(
        OTHERS.stream()
            .filter(other -> text.startsWith(other.magic) || words.startsWith(other.magic))
            .findFirst()
            .map(other -> "it is " + other.words)
            .orElse("it is not a tar"));
  }

  private static boolean isHeader(byte[] record) {
    try {
      return TarUtils.verifyCheckSum(record);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
