// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String SECRET = "s3cr3tV4lue0123456789";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://h.example/m.tar.gz?X-Amz-Algorithm=AWS4&X-Amz-Credential=%&X-Amz-Signature=%",
        "https://h.example/m.tar.gz?X-Amz-Security-Token=%",
        "//me:%@h.example/m.tar.gz?sig=%",
        "file://me:%@h.example/m.tar.gz",
        "https://storage.example/b/m.tar.gz?X-Goog-Credential=a&X-Goog-Signature=%",
        "https://h.example/m.tar.gz?AWSAccessKeyId=%&Signature=%&Expires=1",
        "https://a.blob.example/c/m.tar.gz?sv=1&se=2&sig=%",
        "https://h.example/m.tar.gz?sig=%&tf-hub-format=compressed",
        "https://h.example/m.tar.gz?tf-hub-format=compressed&sig=%",
        "https://h.example/m.tar.gz?token=%",
        "https://h.example/m.tar.gz?key=%",
        "https://h.example/m.tar.gz?%",
        "https://h.example/m.tar.gz?unheardOf=%",
        "https://h.example/m.tar.gz#access_token=%",
        "https://h.example/m.tar.gz?a=b#%",
        "https://h.example/m.tar.gz;sig=%",
        "https://h.example/a;jsessionid=%/m.tar.gz",
        "https://h.example/m.tar.gz%3Fsignature=%",
        "https://user:%@h.example/m/1",
        "https://%@h.example/m/1",
        "https://%:x@h.example/m/1",
        "https://user:p@%@h.example/m/1",
        "https://user:p/%@h.example/m/1",
        "https://user:p?%@h.example/m/1",
        "https://user:p#%@h.example/m/1",
        "https://user:%@[::1]:80/m/1",
        "HTTPS://user:%@h.example/m/1?SIG=%",
        "https:/user:%@h.example/m/1",
        "https:\\\\user:%@h.example/m/1",
        "https://h.example?sig=%",
        "ftp://user:%@h.example/m/1",
        "s3://KEY:%@bucket/m",
        "gs://KEY:%@bucket/m?x=%",
        "hdfs://user:%@node:9000/m",
        "wasbs://box@account.example/m?sv=1&sig=%",
        "abfss://box:%@account.example/m",
        "http://user:%@proxy.example:3128/",
        "socks5://user:%@proxy.example:1080",
      })
  void hidesWhatIsSecretInHandlesAndInTexts(String pattern) {
    String handle = pattern.replaceAll("%(?!3F)", SECRET);
    assertThat(Secrets.masked(handle)).doesNotContain(SECRET).contains("...");
    assertThat(Secrets.masked(Secrets.masked(handle))).isEqualTo(Secrets.masked(handle));
    for (String text :
        new String[] {
          handle,
          "cannot fetch " + handle + ": no route",
          "cannot fetch '" + handle + "', it is gone",
          "Illegal character in path at index 7: " + handle,
          "{\"url\":\"" + handle + "\"}",
          "<a href=" + handle.replace("/", "\\/") + ">",
          "(" + handle + ")",
          "a=" + handle + "=b",
          handle + "," + handle,
          "--mirror=" + handle,
        }) {
      assertThat(Secrets.maskedIn(text)).as(text).doesNotContain(SECRET).contains("...");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user:%@h.example/m.tar.gz",
        "h.example/m.tar.gz?X-Amz-Signature=%",
        "h.example?sig=%",
        "https://h.example/my module/1?sig=% %",
        "https://user:a % b@h.example/1",
      })
  void hidesWhatIsSecretInHandlesThatAreNoAddresses(String pattern) {
    assertThat(Secrets.masked(pattern.replace("%", SECRET))).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer %",
        "invalid header value: \"Bearer %\"",
        "Basic %==",
        "X-Amz-Signature=%",
        "the query X-Amz-Credential=%&X-Amz-Date=1",
        "AWSAccessKeyId=%",
        "GET /m.tar.gz?token=% HTTP/1.1",
        "GET /m.tar.gz?a=b&api_key=%",
      })
  void hidesWhatLibrariesPrintWithoutAnAddress(String pattern) {
    assertThat(Secrets.maskedIn(pattern.replace("%", SECRET))).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/data/a?b=c@d/module",
        "./a:b@c/1",
        "~/a:b@c?d=e",
        "models/demo",
        "a?b",
        "google/nnlm/tensorFlow2/en-dim128/1",
        "file:///tmp/a?b=c#d",
        "https://h.example:8443/a/b@2/1",
        "https://h.example/m?tf-hub-format=compressed",
        "gs://bucket/part-?-of-*.csv",
        "abfss://container@account.example/m",
        "https://[::1]:80/m/1",
        "https://localhost:/m",
        "owner:model",
      })
  void leavesWhatIsNotSecret(String handle) {
    assertThat(Secrets.masked(handle)).isEqualTo(handle);
    String text = "cannot read '" + handle + "': key=value, Basic rules; see a/b.";
    assertThat(Secrets.maskedIn(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "https://me:pw@h.example/m/1?a=b, https://...@h.example/m/1?...",
    "https://h.example/m/1#a, https://h.example/m/1#...",
    "'see https://h.example/m?a=b, please', 'see https://h.example/m?..., please'",
    "'(https://h.example/m?a=b).', '(https://h.example/m?...).'",
  })
  void keepsTheRestOfTheText(String text, String shown) {
    assertThat(Secrets.maskedIn(text)).isEqualTo(shown);
  }

  @Test
  void exceptionsOfLibrariesAreReplacedWhereTheyTell() {
    Exception harmless = new IOException("no room", new IOException("at all"));
    assertThat(Secrets.masked(harmless)).isSameAs(harmless);
    Exception inner = new IOException("https://h.example/m?sig=" + SECRET);
    Exception outer = new IllegalStateException("broken", inner);
    outer.addSuppressed(new IOException("https://me:" + SECRET + "@h.example"));
    Throwable shown = Secrets.masked(outer);
    assertThat(shown).hasMessageContaining("IllegalStateException: broken");
    assertThat(shown.getStackTrace()).isEqualTo(outer.getStackTrace());
    assertThat(shown).hasStackTraceContaining("https://h.example/m?...");
    assertThat(shown.getCause().getMessage() + shown.getSuppressed()[0].getMessage())
        .doesNotContain(SECRET);
  }

  @Test
  void longTextsAreQuick() {
    for (String part :
        new String[] {"a", "a-", "http://", "?key", ",", "@", ":", "a:/", "&x_", ",ab:/"}) {
      String text = part.repeat(30_000);
      assertThat(Secrets.maskedIn(text)).isNotNull();
      assertThat(Secrets.masked("https://" + text)).isNotNull();
    }
  }
}
