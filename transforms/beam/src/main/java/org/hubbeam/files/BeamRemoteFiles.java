// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.hubbeam.batch.Internal;
import org.hubbeam.hub.RemoteFiles;

/**
 * Reads files through Beam's file systems for {@link org.hubbeam.hub.Hub}, which finds this class
 * as a service.
 */
@Internal
public final class BeamRemoteFiles implements RemoteFiles {

  @Override
  public List<RemoteFile> below(String folder) throws IOException {
    return files(FilesBelow.of(folder));
  }

  @Override
  public List<RemoteFile> match(String uri) throws IOException {
    return files(FileSystems.match(uri, EmptyMatchTreatment.ALLOW).metadata());
  }

  @Override
  public ReadableByteChannel open(RemoteFile file) throws IOException {
    return FileSystems.open(FileSystems.matchNewResource(file.uri(), false));
  }

  private static List<RemoteFile> files(List<Metadata> found) {
    return found.stream()
        .map(file -> new RemoteFile(file.resourceId().toString(), file.sizeBytes()))
        .toList();
  }
}
