// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.ProducerRecordCoder;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.Validation;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.HubEmbed;
import org.hubbeam.inference.ModuleSpec;
import org.joda.time.Duration;

/**
 * Reads texts from a Kafka topic, embeds them, and writes the vectors to another topic: the same
 * keys, the vector as a JSON array, and the digest of the module in the header {@value #MODULE}.
 * What cannot be embedded goes to a third topic, as JSON with the reason.
 */
public final class EmbedStream {

  /** The header with the digest of the module that made a vector. */
  static final String MODULE = "module";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the program is given. */
  public interface Options extends PipelineOptions {
    @Description("Kafka's brokers, HOST:PORT,...")
    @Validation.Required
    String getBrokers();

    void setBrokers(String value);

    @Description("The topic that is read: texts")
    @Validation.Required
    String getTexts();

    void setTexts(String topic);

    @Description("The topic that is written: vectors")
    @Validation.Required
    String getVectors();

    void setVectors(String topic);

    @Description("The topic of what cannot be embedded")
    @Validation.Required
    String getFailures();

    void setFailures(String topic);

    @Description("The consumer group, in which Kafka keeps what has been read")
    @Default.String("embed-stream")
    String getGroup();

    void setGroup(String value);

    @Description("The handle of the module")
    @Validation.Required
    String getModule();

    void setModule(String handle);

    @Description("How long a text waits for others, so that they are embedded together")
    @Default.Long(200)
    long getMaxWaitMillis();

    void setMaxWaitMillis(long value);
  }

  private EmbedStream() {}

  public static void main(String[] args) {
    Options options = PipelineOptionsFactory.fromArgs(args).withValidation().as(Options.class);
    build(options).run().waitUntilFinish();
  }

  /** The pipeline. */
  static Pipeline build(Options options) {
    String topic = options.getVectors();
    Pipeline pipeline = Pipeline.create(options);
    HubEmbed.Result<KV<String, KV<String, float[]>>> embedded =
        pipeline
            .apply("Read", read(options))
            .apply(
                "Embed",
                HubEmbed.<String>keyedTexts(ModuleSpec.of(options.getModule()))
                    .withDigest()
                    .withMaxWait(Duration.millis(options.getMaxWaitMillis())));
    embedded
        .embeddings()
        .apply(
            "Records",
            MapElements.into(new TypeDescriptor<ProducerRecord<String, String>>() {})
                .via(one -> vector(topic, one)))
        .setCoder(ProducerRecordCoder.of(nullable(), nullable()))
        .apply(
            "Write",
            KafkaIO.<String, String>writeRecords()
                .withBootstrapServers(options.getBrokers())
                .withKeySerializer(StringSerializer.class)
                .withValueSerializer(StringSerializer.class));
    embedded
        .failures()
        .apply("Reasons", MapElements.into(TypeDescriptors.strings()).via(EmbedStream::json))
        .apply(
            "Failures",
            KafkaIO.<Void, String>write()
                .withBootstrapServers(options.getBrokers())
                .withTopic(options.getFailures())
                .withValueSerializer(StringSerializer.class)
                .values());
    return pipeline;
  }

  /** Any key and any value can be null in Kafka. */
  private static PTransform<PBegin, PCollection<KV<String, String>>> read(Options options) {
    return KafkaIO.<String, String>read()
        .withBootstrapServers(options.getBrokers())
        .withTopic(options.getTexts())
        .withKeyDeserializerAndCoder(StringDeserializer.class, nullable())
        .withValueDeserializerAndCoder(StringDeserializer.class, nullable())
        .withConsumerConfigUpdates(
            Map.of("group.id", options.getGroup(), "auto.offset.reset", "earliest"))
        .commitOffsetsInFinalize()
        .withoutMetadata();
  }

  private static Coder<String> nullable() {
    return NullableCoder.of(StringUtf8Coder.of());
  }

  private static ProducerRecord<String, String> vector(
      String topic, KV<String, KV<String, float[]>> embedded) {
    KV<String, float[]> vector = embedded.getValue();
    ProducerRecord<String, String> written =
        new ProducerRecord<>(topic, vector.getKey(), Arrays.toString(vector.getValue()));
    written.headers().add(MODULE, embedded.getKey().getBytes(StandardCharsets.UTF_8));
    return written;
  }

  private static String json(Failure failure) {
    try {
      return JSON.writeValueAsString(failure);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(failure.id(), e);
    }
  }
}
