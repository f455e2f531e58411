// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSummaryTest {

  @TempDir Path folder;

  private Path report(String name, String... tests) throws IOException {
    return Files.writeString(
        folder.resolve(name), "<testsuite>" + String.join("", tests) + "</testsuite>");
  }

  private static String skipped(String reason) {
    return "<testcase name='t'><skipped>" + reason + "\n\tat A.b(A.java:1)</skipped></testcase>";
  }

  @Test
  void countsByNeed() throws Exception {
    Path one =
        report(
            "TEST-one.xml",
            "<testcase name='a'/>",
            "<testcase name='b'/>",
            skipped("Assumption failed: needs Python with tensorflow: python3 cannot import it"),
            skipped("Assumption failed: needs the corpus (-Dhubbeam.shared=FOLDER): no /a"));
    Path two =
        report(
            "TEST-two.xml",
            skipped("Assumption failed: needs the corpus (-Dhubbeam.shared=FOLDER): no /b"),
            "<testcase name='c'><skipped message='disabled ==> needs S3 (mvn -Ps3)'/></testcase>",
            skipped("too late"));
    assertThat(TestSummary.summarize(List.of(one, two)))
        .isEqualTo(
            "2 tests ran, 5 were skipped: 2 need the corpus (-Dhubbeam.shared=FOLDER),"
                + " 1 for other reasons, 1 needs Python with tensorflow, 1 needs S3 (mvn -Ps3)");
  }

  @Test
  void saysThatNoneWasSkipped() throws Exception {
    assertThat(TestSummary.summarize(List.of(report("TEST-a.xml", "<testcase name='a'/>"))))
        .isEqualTo("1 test ran, 0 were skipped");
  }
}
