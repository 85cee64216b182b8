package io.vfr.streams.cli;

import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vfr broker}: a real Kafka until the process is asked to end. */
@Command(
    name = "broker",
    description = {
      "Run a real Kafka (KRaft) on loopback.",
      "Prints 'ready <bootstrap.servers>' when it serves; SIGTERM or Ctrl-C stops it and keeps the"
          + " data."
    })
public final class BrokerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      defaultValue = "9092",
      description = "Port of the first node, others follow; 0 takes free ones (default: 9092).")
  private int port;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Data directory, made if missing (default: data/broker of the installation).")
  private @Nullable Path dir;

  @Option(names = "--nodes", defaultValue = "1", description = "1 or 3 (default: 1).")
  private int nodes;

  @Option(
      names = "--protocol",
      defaultValue = "PLAINTEXT",
      description = "What clients speak: ${COMPLETION-CANDIDATES} (default: PLAINTEXT).")
  private SecurityProtocol protocol = SecurityProtocol.PLAINTEXT;

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description = "Any broker property of Kafka; repeatable.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Override
  public Integer call() throws InterruptedException {
    EmbeddedKafka.Options options = options();
    // Before the start, so that a signal during it waits and then stops what has started.
    StopSignal stop = StopSignal.install();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(options)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("ready " + kafka.bootstrapServers());
      out.flush();
      stop.await();
    }
    return Cli.OK;
  }

  private EmbeddedKafka.Options options() {
    Path directory = dir == null ? CommonOptions.home().resolve("data/broker") : dir;
    try {
      return new EmbeddedKafka.Options(directory, nodes, port, protocol, properties);
    } catch (IllegalArgumentException e) {
      throw CliException.usage("--" + e.getMessage());
    }
  }
}
