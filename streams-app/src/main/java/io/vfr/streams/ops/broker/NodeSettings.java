package io.vfr.streams.ops.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * The broker properties of one node of an embedded cluster: a small, quick broker on loopback with
 * the durability settings of a real one.
 *
 * @param clientPorts ports of the client listener, by node
 * @param controllerPorts ports of the controller listener, by node
 * @param internalPorts ports of the listener between brokers, by node; empty if they use the client
 *     listener
 */
record NodeSettings(
    EmbeddedKafka.Options options,
    List<Integer> clientPorts,
    List<Integer> controllerPorts,
    List<Integer> internalPorts) {
  static final String CONTROLLER_LISTENER = "CONTROLLER";
  private static final String CLIENT_LISTENER = "CLIENT";
  private static final String INTERNAL_LISTENER = "INTERNAL";

  NodeSettings {
    clientPorts = List.copyOf(clientPorts);
    controllerPorts = List.copyOf(controllerPorts);
    internalPorts = List.copyOf(internalPorts);
  }

  /** Whether clients need credentials or certificates that the brokers among themselves do not. */
  static boolean needsInternalListener(EmbeddedKafka.Options options) {
    return options.protocol() != SecurityProtocol.PLAINTEXT;
  }

  /** Where clients connect first. */
  String bootstrapServers() {
    return clientPorts.stream()
        .map(port -> LoopbackPorts.HOST + ":" + port)
        .collect(Collectors.joining(","));
  }

  /** The properties of the node with this index, its id being one more. */
  Map<String, String> properties(int index, Path logDirectory) {
    Map<String, String> properties = new HashMap<>();
    identity(properties, index, logDirectory);
    replication(properties);
    footprint(properties);
    latency(properties);
    failover(properties);
    properties.putAll(options.properties());
    return properties;
  }

  private void identity(Map<String, String> properties, int index, Path logDirectory) {
    int nodes = clientPorts.size();
    boolean internal = !internalPorts.isEmpty();
    String listeners =
        endpoint(CLIENT_LISTENER, clientPorts.get(index))
            + (internal ? "," + endpoint(INTERNAL_LISTENER, internalPorts.get(index)) : "");
    properties.put("node.id", Integer.toString(index + 1));
    properties.put("process.roles", "broker,controller");
    properties.put(
        "listeners", listeners + "," + endpoint(CONTROLLER_LISTENER, controllerPorts.get(index)));
    properties.put("advertised.listeners", listeners);
    properties.put("inter.broker.listener.name", internal ? INTERNAL_LISTENER : CLIENT_LISTENER);
    properties.put("controller.listener.names", CONTROLLER_LISTENER);
    properties.put(
        "listener.security.protocol.map",
        CLIENT_LISTENER
            + ":"
            + options.protocol()
            + ","
            + INTERNAL_LISTENER
            + ":PLAINTEXT,"
            + CONTROLLER_LISTENER
            + ":PLAINTEXT");
    properties.put(
        "controller.quorum.voters",
        IntStream.range(0, nodes)
            .mapToObj(i -> (i + 1) + "@" + LoopbackPorts.HOST + ":" + controllerPorts.get(i))
            .collect(Collectors.joining(",")));
    properties.put("log.dirs", logDirectory.toString());
    // A typo in a topic name would otherwise become a topic with one partition.
    properties.put("auto.create.topics.enable", "false");
    // Above the largest topic limit, so that topics decide what is too large.
    properties.put("message.max.bytes", "4194304");
    properties.put("replica.fetch.max.bytes", "4194304");
  }

  private void replication(Map<String, String> properties) {
    boolean three = clientPorts.size() == 3;
    String replicas = three ? "3" : "1";
    String inSync = three ? "2" : "1";
    properties.put("default.replication.factor", replicas);
    properties.put("min.insync.replicas", inSync);
    properties.put("offsets.topic.replication.factor", replicas);
    properties.put("transaction.state.log.replication.factor", replicas);
    properties.put("transaction.state.log.min.isr", inSync);
    properties.put("share.coordinator.state.topic.replication.factor", replicas);
    properties.put("share.coordinator.state.topic.min.isr", inSync);
  }

  private static void footprint(Map<String, String> properties) {
    properties.put("offsets.topic.num.partitions", "8");
    properties.put("transaction.state.log.num.partitions", "8");
    properties.put("share.coordinator.state.topic.num.partitions", "2");
    properties.put("log.cleaner.dedupe.buffer.size", "4194304");
    properties.put("log.cleaner.threads", "1");
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "4");
    properties.put("num.replica.fetchers", "1");
    properties.put("num.recovery.threads.per.data.dir", "2");
    properties.put("background.threads", "2");
    properties.put("metric.reporters", "");
  }

  /** What delays records (docs/decisions/0022). */
  private static void latency(Map<String, String> properties) {
    // As large as the system likes.
    properties.put("socket.receive.buffer.bytes", "-1");
    properties.put("socket.send.buffer.bytes", "-1");
    // How long the first records of a transaction wait, again and again, for the end of the one
    // before it: some milliseconds, where brokers as they come wait 20.
    properties.put("add.partitions.to.txn.retry.backoff.ms", "2");
  }

  private void failover(Map<String, String> properties) {
    properties.put("group.initial.rebalance.delay.ms", "0");
    // Brokers as they come refuse sessions below 6 s, and so make every failover that long.
    properties.put("group.min.session.timeout.ms", "1000");
    // How long a dead exactly-once instance may block the readers of its partitions.
    properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200");
    properties.put("server.max.startup.time.ms", "60000");
    boolean three = clientPorts.size() == 3;
    // Alone, a broker hands over to its own controller at once. Three that stop together would wait
    // for minutes for a majority that is going away as well.
    properties.put("controlled.shutdown.enable", Boolean.toString(!three));
    // How soon three notice that one is dead, and how long one that crashed waits to register
    // again.
    properties.put("broker.heartbeat.interval.ms", "400");
    properties.put("broker.session.timeout.ms", three ? "2000" : "3000");
  }

  private static String endpoint(String listener, int port) {
    return listener + "://" + LoopbackPorts.HOST + ":" + port;
  }
}
