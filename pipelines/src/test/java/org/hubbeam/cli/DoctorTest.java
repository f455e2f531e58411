// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor finds on machines that are made of files. */
class DoctorTest {

  private static final long GIB = 1L << 30;

  @TempDir Path root;

  @BeforeEach
  void aGoodMachine() throws IOException {
    write("proc/self/status", "");
    write("proc/cpuinfo", "model name : A CPU\nflags : fpu sse avx avx2 fma\n");
    write("proc/meminfo", "MemTotal:  16777216 kB\n");
    write("usr/lib/x86_64-linux-gnu/libc.so.6", "GLIBC_2.34\0");
    write("usr/lib/x86_64-linux-gnu/libstdc++.so.6", "GLIBCXX_3.4.29\0");
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(root.resolve(file).getParent());
    Files.writeString(root.resolve(file), text, StandardCharsets.ISO_8859_1);
  }

  private Map<String, Finding> findings(String java, long heap) {
    List<Finding> findings =
        new Doctor(new Machine(root), new Doctor.Jvm(java, "amd64", heap, root.toString()))
            .checkSystem();
    return findings.stream().collect(Collectors.toMap(Finding::subject, f -> f));
  }

  private Finding finding(String subject) {
    return findings("17.0.1", 4 * GIB).get(subject);
  }

  private static void assertBroken(Finding finding, String found, String fix) {
    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.BROKEN);
    assertThat(finding.found()).contains(found);
    assertThat(finding.fix()).contains(fix);
  }

  @Test
  void aGoodMachineIsFine() {
    assertThat(findings("21", 4 * GIB).values())
        .allSatisfy(f -> assertThat(f.verdict()).as(f.toString()).isEqualTo(Finding.Verdict.FINE));
  }

  @Test
  void anOldJavaIsBroken() {
    assertBroken(findings("11.0.2", GIB).get("Java"), "11.0.2", "JAVA_HOME");
  }

  @Test
  void muslIsBroken() throws IOException {
    write("lib/ld-musl-x86_64.so.1", "");
    assertBroken(finding("libc"), "musl", "glibc");
  }

  @Test
  void oldLibrariesAreBroken() throws IOException {
    write("usr/lib/x86_64-linux-gnu/libc.so.6", "GLIBC_2.31\0GLIBC_2.3\0");
    write("usr/lib/x86_64-linux-gnu/libstdc++.so.6", "GLIBCXX_3.4.28\0");
    assertBroken(finding("libc"), "older than 2.34", "Debian 12");
    assertBroken(finding("libstdc++"), "older than GLIBCXX_3.4.29", "GCC 11");
  }

  @Test
  void aMissingStandardLibraryIsBroken() throws IOException {
    Files.delete(root.resolve("usr/lib/x86_64-linux-gnu/libstdc++.so.6"));
    assertBroken(finding("libstdc++"), "not found", "apt-get install libstdc++6");
  }

  @Test
  void aProcessorWithoutAvxIsBrokenAndOneWithoutFmaIsSlow() throws IOException {
    write("proc/cpuinfo", "model name : Old\nflags : fpu sse4_2\n");
    assertBroken(finding("processor"), "Old without AVX", "processor with AVX");
    write("proc/cpuinfo", "model name : Middle\nflags : fpu avx\n");
    assertThat(finding("processor").verdict()).isEqualTo(Finding.Verdict.POOR);
  }

  @Test
  void aContainerThatTheHeapFillsIsTold() throws IOException {
    write("sys/fs/cgroup/memory.max", Long.toString(4 * GIB));
    assertThat(finding("memory").verdict()).isEqualTo(Finding.Verdict.POOR);
    assertThat(finding("memory").toString())
        .contains("4.0 GiB in this container; the heap may use 4.0 GiB")
        .contains("fix: set HUBBEAM_HEAP to a lower value");
    write("sys/fs/cgroup/memory.max", "max");
    assertThat(finding("memory").verdict()).isEqualTo(Finding.Verdict.FINE);
  }
}
