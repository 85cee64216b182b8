package io.vfr.streams.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.config.ConfigLoader;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class PeerClientTest {
  @Test
  void get_afterItsClose_failsAsIfNobodyAnswered() {
    PeerClient client =
        new PeerClient(ConfigLoader.load(ConfigLoader.Sources.ofArguments()).config().http());
    client.close();
    assertThat(client.get(new HostInfo("127.0.0.1", 1), "/v1/instance"))
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableThat()
        .withCauseInstanceOf(IOException.class)
        .withMessageContaining("closed");
  }
}
