package io.vfr.streams.ops.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka cluster of one or three combined KRaft nodes in this process, listening on loopback only.
 *
 * <p>The data directory outlives it: started again on the same directory, it serves the same data,
 * also after a crash. Kafka ends the process (exit code 1) when it can no longer write its log.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final int START_ATTEMPTS_MAX = 5;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final ClusterDirectory directory;
  private final NodeSettings settings;
  private final List<@Nullable KafkaRaftServer> nodes;
  private boolean closed;

  private EmbeddedKafka(
      ClusterDirectory directory, NodeSettings settings, List<@Nullable KafkaRaftServer> nodes) {
    this.directory = directory;
    this.settings = settings;
    this.nodes = nodes;
  }

  /**
   * What to start.
   *
   * @param dir data directory; made if missing
   * @param nodes 1 or 3
   * @param port client port of the first node, the others follow; 0 takes free ones
   * @param protocol what clients speak; the brokers among themselves stay on a plain loopback
   *     listener
   * @param properties further broker properties, which override ours
   */
  public record Options(
      Path dir, int nodes, int port, SecurityProtocol protocol, Map<String, String> properties) {
    public Options {
      dir = dir.toAbsolutePath().normalize();
      properties = Map.copyOf(properties);
      if (nodes != 1 && nodes != 3) {
        throw new IllegalArgumentException("nodes must be 1 or 3, got " + nodes);
      }
      if (port < 0 || port + nodes - 1 > 65535) {
        throw new IllegalArgumentException(
            "port must be 0 (any free) or 1.." + (65536 - nodes) + ", got " + port);
      }
    }

    /** One node on a free port. */
    public static Options in(Path dir) {
      return new Options(dir, 1, 0, SecurityProtocol.PLAINTEXT, Map.of());
    }

    /** The same with this many nodes. */
    public Options withNodes(int nodes) {
      return new Options(dir, nodes, port, protocol, properties);
    }

    /** The same on this port. */
    public Options withPort(int port) {
      return new Options(dir, nodes, port, protocol, properties);
    }

    /** The same with these broker properties and this client protocol. */
    public Options withSecurity(SecurityProtocol protocol, Map<String, String> properties) {
      return new Options(dir, nodes, port, protocol, properties);
    }

    /** The same with these broker properties. */
    public Options withProperties(Map<String, String> properties) {
      return new Options(dir, nodes, port, protocol, properties);
    }
  }

  /**
   * Starts a cluster and returns when it serves.
   *
   * @throws BrokerException if the directory or a port cannot be used, or a node does not start
   */
  public static EmbeddedKafka start(Options options) {
    ClusterDirectory directory = ClusterDirectory.open(options.dir(), options.nodes());
    try {
      for (int attempt = 1; ; attempt++) {
        NodeSettings settings = choosePorts(options);
        try {
          return new EmbeddedKafka(directory, settings, startAll(directory, settings));
        } catch (CompletionException e) {
          // Between choosing a free port and binding it another process may have taken it.
          if (attempt == START_ATTEMPTS_MAX || !isBindFailure(e)) {
            throw new BrokerException("the broker did not start: " + rootMessage(e), e);
          }
        }
      }
    } catch (RuntimeException e) {
      try {
        directory.close();
      } catch (IOException notReleased) {
        e.addSuppressed(notReleased);
      }
      throw e;
    }
  }

  /** Where clients connect: {@code host:port}, one for each node, separated by commas. */
  public String bootstrapServers() {
    return settings.bootstrapServers();
  }

  /** How many nodes the cluster has, running or not. */
  public int nodeCount() {
    return nodes.size();
  }

  /**
   * Stops one node and leaves the others.
   *
   * @param index 0 for the first node
   */
  public synchronized void stopNode(int index) {
    KafkaRaftServer node = nodes.get(index);
    if (node == null) {
      throw new IllegalStateException("node " + index + " is not running");
    }
    nodes.set(index, null);
    node.shutdown();
  }

  /**
   * Starts a node again that {@link #stopNode} stopped, on the same ports and data.
   *
   * @param index 0 for the first node
   */
  public synchronized void startNode(int index) {
    if (closed || nodes.get(index) != null) {
      throw new IllegalStateException("node " + index + (closed ? " is closed" : " is running"));
    }
    KafkaRaftServer node = create(directory, settings, index);
    nodes.set(index, node);
    node.startup();
  }

  /** Stops all nodes, keeps the data and releases the directory. A second call does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stopAll(nodes);
    try {
      directory.close();
    } catch (IOException e) {
      throw new BrokerException("cannot release the data directory: " + e.getMessage(), e);
    }
  }

  private static NodeSettings choosePorts(Options options) {
    int count = options.nodes();
    List<Integer> client =
        options.port() == 0 ? null : LoopbackPorts.consecutive(options.port(), count);
    List<Integer> free = LoopbackPorts.free(3 * count);
    List<Integer> internal =
        NodeSettings.needsInternalListener(options) ? free.subList(count, 2 * count) : List.of();
    return new NodeSettings(
        options,
        client == null ? free.subList(2 * count, 3 * count) : client,
        free.subList(0, count),
        internal);
  }

  private static List<@Nullable KafkaRaftServer> startAll(
      ClusterDirectory directory, NodeSettings settings) {
    List<@Nullable KafkaRaftServer> created = new ArrayList<>();
    try {
      for (int i = 0; i < settings.clientPorts().size(); i++) {
        created.add(create(directory, settings, i));
      }
    } catch (RuntimeException e) {
      throw new CompletionException(e);
    }
    // Together: the first node serves only when it sees a majority.
    ExecutorService starters = Executors.newFixedThreadPool(created.size());
    CompletableFuture<Void> failed = new CompletableFuture<>();
    List<CompletableFuture<Void>> starts = new ArrayList<>();
    for (KafkaRaftServer node : created) {
      if (node != null) {
        starts.add(CompletableFuture.runAsync(node::startup, starters));
      }
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(starts.toArray(CompletableFuture<?>[]::new));
    // One failure is enough: the others would wait a minute for a majority that never comes.
    starts.forEach(start -> start.exceptionally(failure -> fail(failed, failure)));
    try {
      CompletableFuture.anyOf(all, failed).join();
      return created;
    } catch (CompletionException e) {
      starters.shutdownNow();
      stopAll(created);
      throw e;
    } finally {
      starters.shutdown();
    }
  }

  private static @Nullable Void fail(CompletableFuture<Void> failed, Throwable failure) {
    failed.completeExceptionally(failure);
    return null;
  }

  private static KafkaRaftServer create(
      ClusterDirectory directory, NodeSettings settings, int index) {
    return create(directory.clusterId(), directory.node(index + 1), settings, index);
  }

  /** A node that is formatted if it is new, and not started. */
  static KafkaRaftServer create(String clusterId, Path logs, NodeSettings settings, int index) {
    format(clusterId, index + 1, logs);
    Properties properties = new Properties();
    properties.putAll(settings.properties(index, logs));
    return new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
  }

  private static void format(String clusterId, int nodeId, Path logs) {
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silent)
          .setClusterId(clusterId)
          .setNodeId(nodeId)
          .setDirectories(List.of(logs.toString()))
          .setMetadataLogDirectory(logs.toString())
          .setControllerListenerName(NodeSettings.CONTROLLER_LISTENER)
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new BrokerException("cannot format " + logs + ": " + e.getMessage(), e);
    }
  }

  private static void stopAll(List<@Nullable KafkaRaftServer> nodes) {
    ExecutorService stoppers = Executors.newFixedThreadPool(nodes.size());
    try {
      List<Future<?>> stops = new ArrayList<>();
      for (KafkaRaftServer node : nodes) {
        if (node != null) {
          stops.add(stoppers.submit(node::shutdown));
        }
      }
      IntStream.range(0, nodes.size()).forEach(i -> nodes.set(i, null));
      for (Future<?> stop : stops) {
        stop.get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new BrokerException("a broker node did not stop cleanly: " + rootMessage(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException("interrupted while the broker stopped", e);
    } finally {
      stoppers.shutdown();
    }
  }

  private static boolean isBindFailure(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BindException) {
        return true;
      }
    }
    return false;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }
}
