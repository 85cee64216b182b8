package io.vfr.streams.ops.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member with a session of half an hour that dies: its peer does not wait for that. */
class PeersIT {
  private static final String GROUP = "peers";
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path dir;

  @Test
  void memberWhoseDoorShuts_isPutOut_othersStay() throws Exception {
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")));
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("in", 1, (short) 1))).all().get();
      PeerDoor door = PeerDoor.open("127.0.0.1", 0);
      join(kafka, door.name().text() + "-1");
      AtomicInteger removed = new AtomicInteger();
      try (Peers survivor = Peers.open(config(kafka, "")).orElseThrow()) {
        join(kafka, "named-by-hand-1");
        survivor.start(removed::incrementAndGet);
        // The survivor has come in to the door, and that is all that shows.
        await().atMost(SOON).until(() -> door.visitors() == 1);
        assertThat(members(admin))
            .containsExactlyInAnyOrder(door.name().text() + "-1", "named-by-hand-1");
        door.close();
        await().atMost(SOON).until(() -> members(admin).equals(Set.of("named-by-hand-1")));
        await().atMost(SOON).until(() -> removed.get() == 1);
      }
    }
  }

  @Test
  void instanceWithANameOrWithoutAnAddress_hasNoDoor() throws Exception {
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")))) {
      assertThat(Peers.open(config(kafka, "streams.instance-id=vfr-1"))).isEmpty();
      assertThat(Peers.open(config(kafka, "streams.peer-host="))).isEmpty();
      // Static members are an error there, and would end the start.
      assertThat(Peers.open(config(kafka, "kafka.group.protocol=streams"))).isEmpty();
    }
  }

  /** Joins, and goes without leaving, as a static member does. */
  private static void join(EmbeddedKafka kafka, String member) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "group.id",
                GROUP,
                "group.instance.id",
                member,
                "session.timeout.ms",
                1_800_000,
                // A rebalance waits that long for members that went without leaving.
                "max.poll.interval.ms",
                2_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of("in"));
      await()
          .atMost(SOON)
          .until(() -> {
            consumer.poll(Duration.ofMillis(100));
            return consumer.groupMetadata().generationId() > 0;
          });
      consumer.close(
          CloseOptions.groupMembershipOperation(
              CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
    }
  }

  private static Set<String> members(Admin admin) throws Exception {
    return admin.describeConsumerGroups(List.of(GROUP)).all().get().values().stream()
        .flatMap(description -> description.members().stream())
        .map(MemberDescription::groupInstanceId)
        .flatMap(Optional::stream)
        .collect(Collectors.toSet());
  }

  private static AppConfig config(EmbeddedKafka kafka, String further) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "application.id=" + GROUP,
                "bootstrap.servers=" + kafka.bootstrapServers(),
                further.isEmpty() ? "streams.threads=1" : further))
        .config();
  }
}
