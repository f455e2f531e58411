// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.hubbeam.files.FileKind.Content;

/** The bytes with which files of known kinds begin. */
final class Signatures {

  private record Signature(Content content, String name, int at, byte[] bytes) {
    boolean fits(byte[] head) {
      if (head.length < at + bytes.length) {
        return false;
      }
      for (int i = 0; i < bytes.length; i++) {
        if (head[at + i] != bytes[i] && bytes[i] != ANY) {
          return false;
        }
      }
      return true;
    }
  }

  /** In a signature: any byte. */
  private static final byte ANY = '?';

  private static final List<Signature> ALL =
      List.of(
          picture("a PNG picture", 0, "\u0089PNG\r\n\u001a\n"),
          picture("a JPEG picture", 0, "\u00ff\u00d8\u00ff"),
          picture("a GIF picture", 0, "GIF87a"),
          picture("a GIF picture", 0, "GIF89a"),
          picture("a WebP picture", 0, "RIFF????WEBP"),
          picture("a TIFF picture", 0, "II*\0"),
          picture("a TIFF picture", 0, "MM\0*"),
          picture("a BMP picture", 0, "BM????\0\0\0\0"),
          picture("a JPEG 2000 picture", 0, "\0\0\0\u000cjP  \r\n"),
          picture("a JPEG XL picture", 0, "\0\0\0\u000cJXL \r\n"),
          picture("a JPEG XL picture", 0, "\u00ff\n"),
          picture("a HEIF picture", 0, "\0???ftyphei"),
          picture("a HEIF picture", 0, "\0???ftypmif1"),
          picture("an AVIF picture", 0, "\0???ftypavi"),
          picture("a Photoshop picture", 0, "8BPS\0\u0001"),
          picture("an icon", 0, "\0\0\u0001\0"),
          sound("a WAV sound", 0, "RIFF????WAVE"),
          sound("a WAV sound", 0, "RF64????WAVE"),
          sound("an AIFF sound", 0, "FORM????AIF"),
          sound("an AU sound", 0, ".snd\0"),
          sound("a FLAC sound", 0, "fLaC\0"),
          sound("an Ogg sound", 0, "OggS\0"),
          sound("an MP3 sound", 0, "ID3\u0002\0"),
          sound("an MP3 sound", 0, "ID3\u0003\0"),
          sound("an MP3 sound", 0, "ID3\u0004\0"),
          sound("an MP3 sound", 0, "\u00ff\u00fb"),
          sound("an MP3 sound", 0, "\u00ff\u00f3"),
          sound("an MP3 sound", 0, "\u00ff\u00f2"),
          sound("an MP3 sound", 0, "\u00ff\u00fa"),
          sound("an AAC sound", 0, "\u00ff\u00f1"),
          sound("an AAC sound", 0, "\u00ff\u00f9"),
          sound("an MP4 sound", 0, "\0???ftypM4A"),
          sound("an AMR sound", 0, "#!AMR\n"),
          sound("a CAF sound", 0, "caff\0"),
          clip("an MP4 clip", 0, "\0???ftyp"),
          clip("a QuickTime clip", 0, "\0???moov"),
          clip("a QuickTime clip", 0, "\0???mdat"),
          clip("a Matroska or WebM clip", 0, "\u001aE\u00df\u00a3"),
          clip("an AVI clip", 0, "RIFF????AVI "),
          clip("a Flash clip", 0, "FLV\u0001"),
          clip("a Windows Media clip", 0, "0&\u00b2u\u008ef\u00cf\u0011"),
          clip("an MPEG clip", 0, "\0\0\u0001\u00ba"),
          clip("an MPEG clip", 0, "\0\0\u0001\u00b3"),
          other("a PDF", 0, "%PDF-"),
          other("a Parquet file", 0, "PAR1\u0015"),
          other("an Avro file", 0, "Obj\u0001"),
          other("an ORC file", 0, "ORC\u0008"),
          other("an Arrow file", 0, "ARROW1\0\0"),
          other("an Arrow file", 0, "\u00ff\u00ff\u00ff\u00ff????\u0010\0\0\0"),
          other("a Hadoop sequence file", 0, "SEQ\u0006"),
          other("a NumPy array", 0, "\u0093NUMPY"),
          other("an HDF5 file", 0, "\u0089HDF\r\n\u001a\n"),
          other("a MATLAB file", 0, "MATLAB 5.0 MAT-file"),
          other("an SQLite database", 0, "SQLite format 3\0"),
          other("a Python pickle", 0, "\u0080\u0002"),
          other("a Python pickle", 0, "\u0080\u0003"),
          other("a Python pickle", 0, "\u0080\u0004\u0095"),
          other("a Python pickle", 0, "\u0080\u0005\u0095"),
          other("a SavedModel; give its folder to --module", 0, "\u0008\u0001\u0012"),
          other("a TensorFlow Lite model", 0, "?\0\0\0TFL3"),
          other("an old Office document", 0, "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1"),
          other("an RTF document", 0, "{\\rtf"),
          other("an ELF program", 0, "\u007fELF"),
          other("a Windows program", 0, "MZ\u0090\0"),
          other("a Mach-O program", 0, "\u00cf\u00fa\u00ed\u00fe"),
          other("a Java class", 0, "\u00ca\u00fe\u00ba\u00be"),
          other("a tar archive", 257, "ustar"),
          other("a 7z archive", 0, "7z\u00bc\u00af'\u001c"),
          other("a RAR archive", 0, "Rar!\u001a\u0007"),
          other("a zip archive", 0, "PK\u0003\u0004"),
          other("gzip data", 0, "\u001f\u008b\u0008"),
          other("compress data (.Z); uncompress unpacks them", 0, "\u001f\u009d"),
          other("Snappy data", 0, "\u00ff\u0006\0\0sNaPpY"),
          other("bzip2 data", 0, "BZh?1AY&SY"),
          other("xz data", 0, "\u00fd7zXZ\0"),
          other("zstd data", 0, "(\u00b5/\u00fd"));

  private Signatures() {}

  private static Signature picture(String name, int at, String bytes) {
    return signature(Content.PICTURE, name, at, bytes);
  }

  private static Signature sound(String name, int at, String bytes) {
    return signature(Content.SOUND, name, at, bytes);
  }

  private static Signature clip(String name, int at, String bytes) {
    return signature(Content.CLIP, name, at, bytes);
  }

  private static Signature other(String name, int at, String bytes) {
    return signature(Content.OTHER, name, at, bytes);
  }

  private static Signature signature(Content content, String name, int at, String bytes) {
    return new Signature(content, name, at, bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The kind that the first bytes tell. */
  static Optional<FileKind> find(byte[] head) {
    return ALL.stream()
        .filter(signature -> signature.fits(head))
        .findFirst()
        .map(signature -> new FileKind(signature.content, signature.name));
  }
}
