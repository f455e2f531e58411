// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScreeningTest {
  private static final String[] TEXTS = {"", "one", " \t\n", "\u3000\u00a0", "two", ""};

  private static Batch batch(String... texts) {
    return Batch.of(Map.of("text", Array.Dense.vector(Values.of(texts))));
  }

  private static ModuleSpec.Policies policies(BlankText blank, LongText longText) {
    return new ModuleSpec.Policies(
        blank, longText, Limits.DEFAULT, ModuleSpec.Check.ON_WORKERS, ModuleSpec.NonFinite.PASS);
  }

  private static List<String> texts(Batch batch) {
    Values.Strings strings = (Values.Strings) batch.column("text").values();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < strings.size(); i++) {
      texts.add(strings.text(i));
    }
    return texts;
  }

  @ParameterizedTest
  @EnumSource
  void blankTextsGoWhereThePolicySays(BlankText policy) {
    Screening screening = Screening.screen(batch(TEXTS), policies(policy, LongText.PASS));
    if (policy == BlankText.EMBED) {
      assertThat(texts(screening.kept())).containsExactly(TEXTS);
    } else {
      assertThat(texts(screening.kept())).containsExactly("one", "two");
      assertThat(screening.rows()).containsExactly(1, 4);
    }
    assertThat(screening.zeros())
        .isEqualTo(policy == BlankText.ZERO ? new int[] {0, 2, 3, 5} : new int[0]);
    assertThat(screening.bad().stream().map(CallPlan.BadRow::row))
        .isEqualTo(policy == BlankText.FAIL ? List.of(0, 2, 3, 5) : List.of());
  }

  @Test
  void aRowIsBlankWhenAllItsTextsAre() {
    Batch pairs = batch("", "", "a").with("title", Array.Dense.vector(Values.of("", "b", "")));
    Screening screening = Screening.screen(pairs, policies(BlankText.FAIL, LongText.PASS));
    assertThat(screening.rows()).containsExactly(1, 2);
  }

  @Test
  void textsAreCutWhereJavaWouldCutThem() {
    Random random = new Random(3);
    int[] points = {'a', 0xe9, 0x20ac, 0x1f600, 0x7ff, 0x800, 0xffff, 0x10000};
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(12); k > 0; k--) {
        text.appendCodePoint(points[random.nextInt(points.length)]);
      }
      int most = 1 + random.nextInt(8);
      int length = text.codePointCount(0, text.length());
      String expected = text.substring(0, text.offsetByCodePoints(0, Math.min(most, length)));
      Screening cut =
          Screening.screen(
              batch("x", text.toString()), policies(BlankText.EMBED, LongText.truncate(most)));
      assertThat(texts(cut.kept())).containsExactly("x", expected);
      assertThat(cut.truncated()).isEqualTo(length > most ? 1 : 0);
      Screening failed =
          Screening.screen(batch(text.toString()), policies(BlankText.EMBED, LongText.fail(most)));
      assertThat(failed.bad()).hasSize(length > most ? 1 : 0);
      assertThat(failed.kept().rows()).isEqualTo(length > most ? 0 : 1);
    }
  }

  @Test
  void bytesThatAreNoTextCountOneByOne() {
    byte[] broken = {(byte) 0x80, (byte) 0xff, (byte) 0xe2, (byte) 0x82, 'a'};
    Batch rows = Batch.of(Map.of("text", Array.Dense.vector(Values.ofBytes(List.of(broken)))));
    for (int most = 1; most < 5; most++) {
      Screening cut = Screening.screen(rows, policies(BlankText.EMBED, LongText.truncate(most)));
      assertThat(((Values.Strings) cut.kept().column("text").values()).length(0)).isEqualTo(most);
    }
    assertThat(new String(broken, StandardCharsets.UTF_8)).isNotBlank();
  }

  @Test
  void otherColumnsAreNotLookedAt() {
    Batch rows =
        Batch.of(
            Map.of(
                "text",
                new Array.Dense(List.of(1L, 2L), Values.of("", "")),
                "n",
                Array.Dense.vector(Values.of(1L))));
    assertThat(Screening.screen(rows, policies(BlankText.FAIL, LongText.fail(1))).bad()).isEmpty();
  }
}
