// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.hubbeam.plan.Analysis;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.PhaseSummary;
import org.hubbeam.reducer.TokenStats;

/**
 * What the analyzers of the first phase made of one data set, by {@link
 * org.hubbeam.plan.AccumulatorKeys}. As JSON, the same for any language:
 *
 * <pre>{@code
 * {"version": 1,
 *  "refused": NUMBER,
 *  "summaries": {KEY: BASE64, ...},
 *  "tokens": {KEY: {"file": NAME, "rows": BASE64}, ...}}
 * }</pre>
 *
 * <p>A summary is what its reducer encodes. A file of tokens, in the same folder, is a
 * gzip-compressed TFRecord file; each record is the length of the token (4 bytes, big-endian), the
 * token, and its encoded counts. Rows were refused if one of these analyzers could not take them;
 * all of the others left them out, too.
 *
 * @param summaries encoded summaries
 * @param tokens counts of tokens
 * @param refused how many rows were refused
 */
record SavedAccumulators(Map<String, byte[]> summaries, Map<String, Tokens> tokens, long refused) {

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The counts of a vocabulary's tokens.
   *
   * @param file the name of the file
   * @param rows the encoded counts of all rows
   */
  record Tokens(String file, byte[] rows) {}

  SavedAccumulators {
    summaries = Collections.unmodifiableMap(new LinkedHashMap<>(summaries));
    tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
  }

  /**
   * Those of a phase.
   *
   * @param keys the keys of its steps
   * @param summary an encoded summary
   * @param tokens those of each vocabulary, in their order
   */
  static SavedAccumulators of(Phase phase, List<String> keys, byte[] summary, List<Tokens> tokens)
      throws IOException {
    Map<String, byte[]> summaries = new LinkedHashMap<>();
    PhaseSummary merged = MergeSummaries.summary(phase, summary);
    merged.parts().forEach((place, bytes) -> summaries.put(keys.get(place), bytes));
    Map<String, Tokens> byKey = new LinkedHashMap<>();
    List<String> vocabularies = vocabularyKeys(phase, keys);
    for (int i = 0; i < vocabularies.size(); i++) {
      byKey.put(vocabularies.get(i), tokens.get(i));
    }
    return new SavedAccumulators(summaries, byKey, merged.refused());
  }

  /** The keys of the vocabularies, in their order. */
  static List<String> vocabularyKeys(Phase phase, List<String> keys) {
    return IntStream.range(0, keys.size())
        .filter(i -> phase.steps().get(i).node().analysis() instanceof Analysis.Tokens)
        .mapToObj(keys::get)
        .toList();
  }

  /**
   * The encoded summary of a phase.
   *
   * @throws IOException when one of its analyzers is not here, or is damaged, naming it
   */
  byte[] summary(Phase phase, List<String> keys) throws IOException {
    Set<String> saved = new HashSet<>(summaries.keySet());
    saved.addAll(tokens.keySet());
    if (refused > 0 && !saved.equals(Set.copyOf(keys))) {
      throw new IOException(refused + " rows were refused by other analyzers");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int place : PhaseSummary.of(phase).parts().keySet()) {
      byte[] part = summaries.get(keys.get(place));
      if (part == null) {
        throw new IOException("there are no accumulators for " + keys.get(place));
      }
      all.write(part);
    }
    for (String key : vocabularyKeys(phase, keys)) {
      tokens(key);
    }
    new DataOutputStream(all).writeLong(refused);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(all.toByteArray()));
    PhaseSummary.decode(phase, in);
    if (in.available() > 0) {
      throw new IOException("it has " + in.available() + " bytes too many");
    }
    return all.toByteArray();
  }

  /**
   * The token counts of this key.
   *
   * @throws IOException when there are none
   */
  Tokens tokens(String key) throws IOException {
    Tokens counts = tokens.get(key);
    if (counts == null) {
      throw new IOException("there are no accumulators for " + key);
    }
    return counts;
  }

  static byte[] encoded(TokenStats rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    rows.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  String toJson() throws IOException {
    ObjectNode json = JSON.createObjectNode().put("version", VERSION).put("refused", refused);
    ObjectNode ofSummaries = json.putObject("summaries");
    summaries.forEach(ofSummaries::put);
    ObjectNode ofTokens = json.putObject("tokens");
    tokens.forEach((key, t) -> ofTokens.putObject(key).put("file", t.file).put("rows", t.rows));
    return JSON.writeValueAsString(json);
  }

  /**
   * What {@link #toJson} wrote.
   *
   * @throws IOException when it is something else, or of another version
   */
  static SavedAccumulators parse(String text) throws IOException {
    JsonNode json = JSON.readTree(text);
    if (json.path("version").asInt() != VERSION) {
      throw new IOException(
          "their version is " + json.path("version") + "; this program reads " + VERSION);
    }
    Map<String, byte[]> summaries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.path("summaries").properties()) {
      summaries.put(entry.getKey(), entry.getValue().binaryValue());
    }
    Map<String, Tokens> tokens = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.path("tokens").properties()) {
      JsonNode value = entry.getValue();
      tokens.put(
          entry.getKey(),
          new Tokens(value.path("file").asText(), value.path("rows").binaryValue()));
    }
    return new SavedAccumulators(summaries, tokens, json.path("refused").asLong());
  }
}
