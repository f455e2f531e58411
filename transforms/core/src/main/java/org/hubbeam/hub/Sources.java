// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where modules come from: each method brings one into a work folder. */
final class Sources {
  private static final int LONGEST_JSON = 1 << 20;
  private static final String CHINA = "https://hub.tensorflow.google.cn/";
  private static final String CHINA_ARCHIVES = "https://gcs.tensorflow.google.cn/tfhub-modules/";

  private final HubOptions options;
  private final Environment environment;
  private final Web web;
  private final Download.Settings download;
  private final Archive.Settings archives;
  private final RemoteStorage storage;

  Sources(
      HubOptions options,
      Environment environment,
      Web web,
      Download.Settings download,
      Archive.Settings archives,
      RemoteStorage storage) {
    this.options = options;
    this.environment = environment;
    this.web = web;
    this.download = download;
    this.archives = archives;
    this.storage = storage;
  }

  /** By TF Hub's protocol. An address that ends as archives do is asked for as it is. */
  Cache.Fetched web(String address, Cache.Request request, Path work) throws IOException {
    URI uri = requestUri(address);
    return fetch(new Web.Request(uri, authorization(uri), Map.of()), request, work);
  }

  /** Basic authentication where the address has a user; empty where it has none. */
  private static String authorization(URI uri) {
    String user = uri.getUserInfo();
    return user == null ? "" : Web.basic(user.contains(":") ? user : user + ":");
  }

  private URI requestUri(String address) {
    if (address.startsWith(CHINA)) {
      return Web.parse(CHINA_ARCHIVES + address.substring(CHINA.length()) + ".tar.gz");
    }
    URI uri = Web.parse(address);
    Web.requireAllowed(uri);
    if (Archive.named(uri.getPath())) {
      return uri;
    }
    return Web.withParameter(
        uri,
        options.format() == HubOptions.Format.COMPRESSED
            ? "tf-hub-format=compressed"
            : "tf-hub-format=uncompressed");
  }

  /** By Kaggle's download API. The version must be known. */
  Cache.Fetched kaggle(KaggleModel model, Cache.Request request, Path work) throws IOException {
    return fetch(kaggleRequest(model.downloadPath()), request, work);
  }

  /** The number of the version that Kaggle gives out now. */
  int currentVersion(KaggleModel model, String handle) {
    Web.Request httpRequest = kaggleRequest(model.metadataPath());
    try (Web.Response response = web.send(httpRequest)) {
      HttpStatus.requireFetched(response, httpRequest.uri(), handle, 0);
      JsonNode json = new ObjectMapper().readTree(response.body().brief(LONGEST_JSON));
      int version = json.path("versionNumber").asInt(0);
      if (version < 1) {
        throw new HubException(
            Web.shown(response.uri()) + " names no current version (versionNumber) of " + handle);
      }
      return version;
    } catch (JsonProcessingException e) {
      throw new HubException(Web.shown(httpRequest.uri()) + " did not answer with JSON", e);
    } catch (Web.NoConnectionException e) {
      throw HttpStatus.unreachable("cannot find the current version of " + handle, handle, e);
    } catch (IOException e) {
      throw new HubException("cannot find the current version of " + handle, e);
    }
  }

  private Web.Request kaggleRequest(String path) {
    String endpoint = options.kaggle().endpoint().toString().replaceAll("/+$", "");
    return new Web.Request(
        Web.parse(endpoint + path), options.kaggle().authorization(environment), Map.of());
  }

  private Cache.Fetched fetch(Web.Request httpRequest, Cache.Request request, Path work)
      throws IOException {
    Path file = work.resolve("archive");
    Download.Result result = download.fetch(httpRequest, request.handle(), file);
    return result.storage().isEmpty()
        ? unpack(file, result.url(), request, work)
        : storage(result.storage(), request, work);
  }

  /** An archive on this machine. */
  Cache.Fetched unpack(Path archive, String url, Cache.Request request, Path work)
      throws IOException {
    String sha256 = Digests.sha256(archive);
    if (!request.pin().isEmpty() && !request.pin().equals(sha256)) {
      throw new HubException(
          request.handle()
              + " is refused: the archive from "
              + url
              + " has the sha256 "
              + sha256
              + ", pinned is "
              + request.pin());
    }
    Path folder = Files.createDirectory(work.resolve("unpacked"));
    String label = request.handle().equals(url) ? url : request.handle() + " (from " + url + ")";
    archives.unpack(archive, label, folder);
    return new Cache.Fetched(ModuleFolder.locateUnpacked(folder, label), url, sha256);
  }

  /** A folder or an archive of another file system. */
  Cache.Fetched storage(String spec, Cache.Request request, Path work) throws IOException {
    if (!Archive.named(RemoteStorage.withoutSlash(spec))) {
      return storage(storage.list(spec), request, work);
    }
    Path file = work.resolve("archive");
    storage.copyFile(RemoteStorage.withoutSlash(spec), request.handle(), file);
    return unpack(file, spec, request, work);
  }

  List<String> versions(String spec) throws IOException {
    return storage.versions(spec);
  }

  RemoteStorage.Listing list(String spec) throws IOException {
    return storage.list(spec);
  }

  /** The files of a module in another file system. */
  Cache.Fetched storage(RemoteStorage.Listing listing, Cache.Request request, Path work)
      throws IOException {
    requireNoPin(request);
    Path folder = Files.createDirectory(work.resolve("copied"));
    storage.copy(listing, request.handle(), folder);
    return new Cache.Fetched(folder, listing.base(), "");
  }

  /** Some files of a folder in another file system. */
  Cache.Fetched files(String base, Set<String> names, Cache.Request request, Path work)
      throws IOException {
    Path folder = Files.createDirectory(work.resolve("copied"));
    storage.copy(storage.some(base, names), request.handle(), folder);
    return new Cache.Fetched(folder, base, "");
  }

  static void requireNoPin(Cache.Request request) {
    if (!request.pin().isEmpty()) {
      throw new HubException(
          request.handle()
              + " is refused: it is pinned to the sha256 of an archive, but comes as a folder");
    }
  }
}
