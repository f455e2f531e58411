// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Goldens;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.NewFolder.Existing;
import org.hubbeam.testing.NodeModels;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowserGoldensTest {

  @Test
  void sweep(@TempDir Path work) throws Exception {
    List<String> lines = new ArrayList<>();
    int ok = 0;
    int all = 0;
    String only = System.getProperty("only", "");
    for (Path file : Goldens.files(TestFiles.zoo(), ".golden.json")) {
      JsonNode golden = Goldens.read(file);
      if (!golden.get("load").asText().equals("ok")) continue;
      String name = golden.get("module").asText();
      if (!name.contains(only)) continue;
      int n = 0;
      for (JsonNode call : golden.get("calls")) {
        if (call.has("error") || call.path("continues").asBoolean()) continue;
        FunctionChoice choice = Goldens.choice(call);
        String what = name + "#" + n++ + " " + choice;
        String result;
        try {
          ModuleOptions options =
              ModuleOptions.DEFAULT.withAllowOps(
                  Set.copyOf(Goldens.strings(golden.path("unsafe_ops"))));
          if (golden.hasNonNull("tags"))
            options = options.withTags(Set.copyOf(Goldens.strings(golden.get("tags"))));
          result = run(TestFiles.zoo(name), options, choice, call, (System.getProperty("out") == null ? work : Path.of(System.getProperty("out"))).resolve(name + n));
        } catch (Throwable e) {
          result = "FAIL " + e.getClass().getSimpleName() + " " + e.getMessage();
          if (!only.isEmpty()) e.printStackTrace();
        }
        all++;
        if (result.equals("OK")) ok++;
        else
          lines.add(
              what
                  + " => "
                  + (call.path("random").asBoolean() ? "(random) " : "")
                  + result.split("\n")[0]);
      }
    }
    lines.forEach(System.out::println);
    System.out.println(ok + " of " + all);
  }

  private static String run(
      Path module, ModuleOptions options, FunctionChoice choice, JsonNode call, Path out)
      throws Exception {
    Map<String, Array> inputs = ArrayJson.decode(call.get("inputs"));
    GraphModel model =
        GraphModelConverter.convert(
            module, options, ConversionOptions.DEFAULT.withFunction(choice));
    GraphModelFolder.write(model, out, Quantization.NONE, Existing.REFUSE);
    Map<String, Array> fed = new LinkedHashMap<>();
    Map<String, Array.Dense> parts = Parts.of(inputs);
    for (Port port : model.inputs()) {
      Array.Dense array = parts.get(port.name());
      if (array == null) {
        String last =
            parts.keySet().stream()
                .filter(k -> port.name().endsWith("/" + k))
                .findFirst()
                .orElse(null);
        if (last == null) return "no input for " + port.name() + " in " + parts.keySet();
        array = parts.get(last);
      }
      fed.put(port.name(), array);
    }
    Map<String, Array> got = NodeModels.run(out, fed);
    Map<String, Array> wanted = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> e : call.get("outputs").properties()) {
      if (!e.getValue().has("cut")) wanted.put(e.getKey(), ArrayJson.decodeArray(e.getValue()));
    }
    StringBuilder wrong = new StringBuilder();
    for (Map.Entry<String, Array.Dense> e : Parts.of(wanted).entrySet()) {
      Array.Dense actual = (Array.Dense) got.get(e.getKey());
      if (actual == null) wrong.append("lacks " + e.getKey() + " has " + got.keySet() + "; ");
      else {
        double d = difference(e.getValue(), actual);
        if (!(d <= 1e-5))
          wrong.append(
              e.getKey() + " differs by " + d + " " + e.getValue().dims() + actual.dims() + "; ");
      }
    }
    return wrong.length() == 0 ? "OK" : wrong.toString();
  }

  static double difference(Array.Dense wanted, Array.Dense actual) {
    if (!wanted.dims().equals(actual.dims())) return Double.POSITIVE_INFINITY;
    double worst = 0;
    for (int i = 0; i < wanted.values().size(); i++) {
      if (wanted.values() instanceof Values.Strings s) {
        if (!s.text(i).equals(((Values.Strings) actual.values()).text(i)))
          return Double.POSITIVE_INFINITY;
      } else {
        double w = ((Values.Numbers) wanted.values()).getDouble(i);
        double a = ((Values.Numbers) actual.values()).getDouble(i);
        if (Double.isNaN(w) && Double.isNaN(a) || w == a) continue;
        double d = Math.abs(w - a) / Math.max(1, Math.abs(w));
        worst = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(worst, d);
      }
    }
    return worst;
  }
}
