// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;

/** A Kafka broker that is its own controller, in a process of its own. */
final class Broker implements AutoCloseable {

  private final Process process;
  private final String address;

  private Broker(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Starts a broker with topics of two partitions each, in an empty folder. */
  static Broker start(Path folder, List<String> topics) throws Exception {
    int port;
    int control;
    try (ServerSocket one = new ServerSocket(0);
        ServerSocket two = new ServerSocket(0)) {
      port = one.getLocalPort();
      control = two.getLocalPort();
    }
    Path settings = folder.resolve("server.properties");
    Files.writeString(
        settings,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@localhost:%d
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://localhost:%d,CONTROLLER://localhost:%d
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        group.initial.rebalance.delay.ms=0
        log.dirs=%s
        """
            .formatted(control, port, control, folder.resolve("log")));
    Path printed = folder.resolve("broker.log");
    Process format =
        java(
            printed,
            "kafka.tools.StorageTool",
            "format",
            "-t",
            Uuid.randomUuid().toString(),
            "-c",
            settings.toString());
    if (format.waitFor() != 0) {
      throw new IOException(Files.readString(printed));
    }
    Process process = java(printed, "kafka.Kafka", settings.toString());
    Broker broker = new Broker(process, "localhost:" + port);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address))) {
      admin
          .createTopics(topics.stream().map(name -> new NewTopic(name, 2, (short) 1)).toList())
          .all()
          .get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      broker.close();
      throw new IOException(Files.readString(printed), e);
    }
    return broker;
  }

  private static Process java(Path printed, String... command) throws IOException {
    String own = System.getProperty("surefire.test.class.path");
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                own == null ? System.getProperty("java.class.path") : own));
    all.addAll(List.of(command));
    Process process =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(printed.toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  /** HOST:PORT. */
  String address() {
    return address;
  }

  /** Waits until a group has committed that it has read so many records, or a minute is over. */
  void awaitCommitted(String group, long records) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      long committed;
      do {
        committed =
            admin
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .values()
                .stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
      } while (committed < records && System.nanoTime() < end);
      assertEquals(records, committed, "committed");
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
