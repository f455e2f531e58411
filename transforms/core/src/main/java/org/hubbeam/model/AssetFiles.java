// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.TensorInfo;

/** The files of a module's assets: each once, under its own name where that is free. */
record AssetFiles(Map<Path, String> names) {

  static AssetFiles assignNames(List<ModuleWriter.Asset> assets) {
    Map<Path, String> names = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    List<ModuleWriter.Asset> ownNamesFirst =
        assets.stream().sorted(Comparator.comparing(AssetFiles::isRenamed)).toList();
    for (ModuleWriter.Asset asset : ownNamesFirst) {
      names.computeIfAbsent(
          source(asset),
          file -> {
            String name = asset.fileName();
            String free = name;
            for (int i = 1; !taken.add(free); i++) {
              free = name + "_" + i;
            }
            return free;
          });
    }
    return new AssetFiles(names);
  }

  void copy(Path folder) throws IOException {
    for (Map.Entry<Path, String> file : names.entrySet()) {
      Files.copy(file.getKey(), folder.resolve(file.getValue()));
    }
  }

  AssetFileDef def(ModuleWriter.Asset asset, String tensor) {
    return AssetFileDef.newBuilder()
        .setFilename(names.get(source(asset)))
        .setTensorInfo(TensorInfo.newBuilder().setName(tensor))
        .build();
  }

  private static boolean isRenamed(ModuleWriter.Asset asset) {
    return !asset.file().getFileName().toString().equals(asset.fileName());
  }

  private static Path source(ModuleWriter.Asset asset) {
    return asset.file().toAbsolutePath().normalize();
  }
}
