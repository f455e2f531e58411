// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

  @ParameterizedTest
  @CsvSource({
    "'\u001b[2J', \\u001b[2J",
    "'a\u0000b', a\\u0000b",
    "'a\u0007', a\\u0007",
    "'a\b', a\\u0008",
    "'a\u007f', a\\u007f",
    "'a\u009b31m', a\\u009b31m",
    "'a\u0085b', a\\u0085b",
    "'a\u2028b', a\\u2028b",
    "'a\u2029b', a\\u2029b",
    "'a\u202egnp.exe', a\\u202egnp.exe",
    "'\u2066a\u2069', \\u2066a\\u2069",
    "'a\u200fb\u200e', a\\u200fb\\u200e",
    "'a\u061cb', a\\u061cb",
    "'a\u200bb\ufeff', a\\u200bb\\ufeff",
    "'a\rb', a\\u000db",
    "'a\udb40\udc41', a\\udb40\\udc41",
  })
  void escapesWhatTerminalsObeyAndWhatReordersLines(String text, String shown) {
    assertThat(Printable.line(text)).isEqualTo(shown);
    assertThat(Printable.text(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain ASCII ~!\\u001b",
        "Grüße, 日本語, עברית, العربية",
        "نمی\u200cخواهم",
        "👩\u200d🚀 👍🏽 🇪🇺",
        "\ud800 half of a pair"
      })
  void leavesLettersAndPicturesOfAllScripts(String text) {
    assertThat(Printable.line(text)).isSameAs(text);
  }

  @Test
  void linesStayOrNot() {
    assertThat(Printable.text("a\r\n\tb\n")).isEqualTo("a\r\n\tb\n");
    assertThat(Printable.line("a\r\n\tb\n")).isEqualTo("a\\u000d\\u000a\\u0009b\\u000a");
  }

  @Test
  void jsonSaysTheSame() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c < 0x3000; c++) {
      all.append((char) c);
    }
    ObjectMapper json = new ObjectMapper();
    String shown = Printable.text(json.writeValueAsString(all.toString()));
    assertThat(shown.chars()).noneMatch(Character::isISOControl);
    assertThat(json.readValue(shown, String.class)).isEqualTo(all.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "'a\nb', 'a | b'",
    "' a \t\r\n\r\n  b  c\n', 'a | b  c'",
    "'a\u0085b\u2028c', 'a | b | c'",
    "'a \t b', 'a \\u0009 b'",
    "'cost: $0', 'cost: $0'"
  })
  void linesAreJoined(String text, String shown) {
    assertThat(Printable.joined(text)).isEqualTo(shown);
  }

  @Test
  @Timeout(5)
  void manyBlanksTakeNoTime() {
    String blanks = " ".repeat(1 << 20);
    assertThat(Printable.joined("a" + blanks + "b")).hasSize(2 + (1 << 20));
  }
}
