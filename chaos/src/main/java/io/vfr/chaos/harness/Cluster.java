package io.vfr.chaos.harness;

import io.vfr.streams.ops.broker.ClusterNode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Three brokers, each a process that can be killed and started again on its data. */
public final class Cluster implements AutoCloseable {
  /** How many brokers there are. */
  public static final int NODES = 3;

  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

  /** Below the ports that systems give to outgoing connections. */
  private static final int PORT_MIN = 12_000;

  private static final int PORT_RANGE = 20_000;

  private static final List<String> JVM_OPTIONS =
      List.of("-XX:+UseSerialGC", "-Xmx320m", "-XX:TieredStopAtLevel=1");

  private final Path dir;
  private final String clusterId = ClusterNode.newClusterId();
  private final List<Integer> clientPorts;
  private final List<Integer> controllerPorts;
  private final List<@Nullable ChildJvm> nodes = new ArrayList<>();
  private int started;

  /**
   * A cluster that is not started.
   *
   * @param dir where brokers keep their data and logs; made if missing
   */
  public Cluster(Path dir) throws IOException {
    this.dir = Files.createDirectories(dir);
    List<Integer> ports = freePorts(2 * NODES);
    clientPorts = ports.subList(0, NODES);
    controllerPorts = ports.subList(NODES, 2 * NODES);
    for (int i = 0; i < NODES; i++) {
      nodes.add(null);
    }
  }

  /** Ports that nothing listens on now and that no outgoing connection will take. */
  private static List<Integer> freePorts(int count) throws IOException {
    Random random = new Random();
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      int port = PORT_MIN + random.nextInt(PORT_RANGE);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
    return List.copyOf(ports);
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    }
  }

  /** Where clients connect, whether brokers run or not. */
  public String bootstrapServers() {
    return clientPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  /** Starts all brokers and waits until they serve. */
  public void start() throws IOException, InterruptedException {
    for (int i = 0; i < NODES; i++) {
      launch(i);
    }
    for (int i = 0; i < NODES; i++) {
      awaitReady(i);
    }
  }

  /** Starts a broker, on the data that it left; does not wait. */
  public void launch(int index) throws IOException {
    if (nodes.get(index) != null) {
      throw new IllegalStateException("broker " + index + " was started already");
    }
    List<String> arguments =
        List.of(
            BrokerMain.class.getName(),
            dir.resolve("node-" + index).toString(),
            clusterId,
            Integer.toString(index),
            joined(clientPorts),
            joined(controllerPorts));
    nodes.set(
        index, ChildJvm.start(dir, "broker-" + index + "-" + started++, JVM_OPTIONS, arguments));
  }

  private static String joined(List<Integer> ports) {
    return ports.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /**
   * Waits until a broker serves.
   *
   * @throws IllegalStateException if it does not
   */
  public void awaitReady(int index) throws IOException, InterruptedException {
    node(index).await("ready", START_TIMEOUT);
  }

  /** Ends a broker at once, as SIGKILL does. */
  public void kill(int index) throws InterruptedException {
    node(index).kill();
    node(index).close();
    nodes.set(index, null);
  }

  /** Brokers that have ended though nobody killed them, with what they said last. */
  public List<String> dead() throws IOException {
    List<String> dead = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      ChildJvm node = nodes.get(i);
      if (node != null && !node.isAlive()) {
        dead.add("broker " + i + ": " + node.lastErrors());
      }
    }
    return dead;
  }

  private ChildJvm node(int index) {
    ChildJvm node = nodes.get(index);
    if (node == null) {
      throw new IllegalStateException("broker " + index + " does not run");
    }
    return node;
  }

  @Override
  public void close() {
    for (ChildJvm node : nodes) {
      if (node != null) {
        node.close();
      }
    }
  }
}
