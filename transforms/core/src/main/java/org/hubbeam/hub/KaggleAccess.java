// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How Kaggle is asked. Without credentials here the machine's own are used: {@code
 * KAGGLE_API_TOKEN}, else {@code KAGGLE_USERNAME} and {@code KAGGLE_KEY}, else {@code kaggle.json}
 * in {@code KAGGLE_CONFIG_DIR} or {@code ~/.kaggle}; and if there are none, Kaggle is asked
 * without. Credentials are sent to the endpoint alone, never to where it redirects.
 *
 * @param endpoint the server, such as {@code https://www.kaggle.com}
 * @param authorization the value of the header {@code Authorization}; empty for the machine's own
 */
public record KaggleAccess(URI endpoint, String authorization) implements Serializable {
  /** {@code https://www.kaggle.com}, with the credentials of the machine that asks. */
  public static final KaggleAccess OF_MACHINE =
      new KaggleAccess(URI.create("https://www.kaggle.com"), "");

  public KaggleAccess {
    Objects.requireNonNull(authorization);
    Web.requireAllowed(endpoint);
  }

  /** A copy that asks another server. */
  public KaggleAccess withEndpoint(URI value) {
    return new KaggleAccess(value, authorization);
  }

  /** A copy with an account's key. It travels with the pipeline. */
  public KaggleAccess withKey(String user, String key) {
    return new KaggleAccess(endpoint, Web.basic(user + ":" + key));
  }

  /** A copy with an access token. It travels with the pipeline. */
  public KaggleAccess withToken(String token) {
    return new KaggleAccess(endpoint, "Bearer " + token);
  }

  /** Says whether there are credentials, not which. */
  @Override
  public String toString() {
    return "KaggleAccess["
        + Web.shown(endpoint)
        + (authorization.isEmpty() ? ", the machine's credentials]" : ", own credentials]");
  }

  /** The value of the header; empty for none. */
  String authorization(Environment environment) {
    if (!authorization.isEmpty()) {
      return authorization;
    }
    String token = environment.get("KAGGLE_API_TOKEN");
    if (!token.isEmpty()) {
      return "Bearer " + token;
    }
    String user = environment.get("KAGGLE_USERNAME");
    String key = environment.get("KAGGLE_KEY");
    if (!user.isEmpty() && !key.isEmpty()) {
      return Web.basic(user + ":" + key);
    }
    String folder = environment.get("KAGGLE_CONFIG_DIR");
    Path file =
        (folder.isEmpty() ? environment.home().resolve(".kaggle") : Path.of(folder))
            .resolve("kaggle.json");
    return Files.isReadable(file) ? fromFile(file) : "";
  }

  private static String fromFile(Path file) {
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new HubException("cannot read the Kaggle credentials in " + file, withoutText(e));
    }
    String user = json.path("username").asText("");
    String key = json.path("key").asText("");
    if (user.isEmpty() || key.isEmpty()) {
      throw new HubException(file + " must hold a JSON object with 'username' and 'key'");
    }
    return Web.basic(user + ":" + key);
  }

  // Jackson's messages quote the file, and the file is a secret.
  private static IOException withoutText(IOException e) {
    return new IOException(e.getClass().getSimpleName());
  }
}
