package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerCommandIT {
  private static final String READY = "ready ";

  @TempDir Path dir;

  @Test
  void broker_terminated_endsWithZeroAndKeepsTheData() throws Exception {
    String data = dir.resolve("data").toString();
    try (VfrProcess broker = start(data)) {
      String servers = ready(broker);
      assertThat(CommandRun.of("topics", "create", "--bootstrap-servers", servers).exitCode())
          .isZero();
      broker.terminate();
      assertThat(broker.awaitExit()).isZero();
      assertThat(broker.errors()).isEmpty();
    }
    try (VfrProcess broker = start(data)) {
      String servers = ready(broker);
      assertThat(CommandRun.of("topics", "describe", "--bootstrap-servers", servers).exitCode())
          .isZero();
    }
  }

  @Test
  void broker_killed_startsAgainWithWhatWasAcknowledged() throws Exception {
    String data = dir.resolve("data").toString();
    Path csv = Files.writeString(dir.resolve("m.csv"), "series,ts,value\nvix,1,2\n");
    try (VfrProcess broker = start(data)) {
      String servers = ready(broker);
      CommandRun.of("topics", "create", "--bootstrap-servers", servers);
      CommandRun sent =
          CommandRun.of(
              "replay", "--macro", csv.toString(), "--bootstrap-servers", servers, "--json");
      assertThat(sent.exitCode()).as(sent.err()).isZero();
      broker.kill();
    }
    try (VfrProcess broker = start(data)) {
      String servers = ready(broker);
      assertThat(KafkaRecords.values(servers, "vfr.macro", "vix"))
          .isEqualTo(List.of("{\"series\":\"vix\",\"ts\":1,\"value\":2}"));
    }
  }

  @Test
  void broker_directoryInUse_endsWithOneLine() throws Exception {
    String data = dir.resolve("data").toString();
    try (VfrProcess broker = start(data)) {
      ready(broker);
      try (VfrProcess second = start(data)) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.errors().lines()).hasSize(1);
        assertThat(second.errors()).contains("is in use by another broker");
      }
    }
  }

  private VfrProcess start(String data) throws Exception {
    return VfrProcess.start(dir, "broker", "--port", "0", "--dir", data, "--nodes", "1");
  }

  private static String ready(VfrProcess broker) throws Exception {
    String line = broker.readLine();
    assertThat(line).startsWith(READY);
    return line.substring(READY.length());
  }
}
