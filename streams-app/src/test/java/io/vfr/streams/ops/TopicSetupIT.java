package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSetupIT {
  @TempDir private Path dir;

  /** Its offsets would be gone on from, and its state would be missing. */
  @Test
  void changelogOfAnOlderBuild_isRefusedWithTheWayOut() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir));
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("before-bars-changelog", 1, (short) 1))).all().get();
      assertThatThrownBy(() -> TopicSetup.check(config(kafka, "before")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("topic before-bars-changelog is not read: an older build wrote it")
          .hasMessageContaining("another application.id");
      TopicSetup.createMissing(config(kafka, "another"), 3, line -> {}, () -> false);
      assertThat(TopicSetup.check(config(kafka, "another"))).isEqualTo(3);
    }
  }

  @Test
  void topicsThatAreMissing_areTold() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      assertThatThrownBy(() -> TopicSetup.check(config(kafka, "early")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("vfr.prices")
          .hasMessageContaining("must exist and have the same number of partitions")
          .hasMessageContaining("but there are {}");
    }
  }

  private static AppConfig config(EmbeddedKafka kafka, String application) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "application.id=" + application, "bootstrap.servers=" + kafka.bootstrapServers()))
        .config();
  }
}
