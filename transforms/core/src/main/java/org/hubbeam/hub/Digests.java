// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of files and names, as lower case hexadecimal digits. */
final class Digests {
  private static final int END = 1 << 16;

  private Digests() {}

  static String sha1(String text) {
    return hex(of("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static String sha256(Path file) throws IOException {
    return hex(digest("SHA-256", file));
  }

  /** Of a text in UTF-8. */
  static String sha256(String text) {
    return hex(of("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static byte[] digest(String algorithm, Path file) throws IOException {
    MessageDigest digest = of(algorithm);
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return digest.digest();
  }

  /** The sha256 of the first and the last 64 KiB: what can be looked at each time. */
  static String ends(Path file) throws IOException {
    MessageDigest digest = of("SHA-256");
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      update(digest, channel, Math.min(size, END));
      if (size > END) {
        channel.position(Math.max(END, size - END));
        update(digest, channel, size - channel.position());
      }
    }
    return hex(digest.digest());
  }

  private static void update(MessageDigest digest, SeekableByteChannel channel, long bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) bytes);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    digest.update(buffer.flip());
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest of(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
