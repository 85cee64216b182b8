package io.vfr.streams.ops.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * One node of an embedded cluster whose other nodes run in processes of their own, on loopback
 * only. Started again on the same directory, it serves the same data, also after a crash.
 */
public final class ClusterNode implements AutoCloseable {
  private final KafkaRaftServer server;

  private ClusterNode(KafkaRaftServer server) {
    this.server = server;
  }

  /**
   * Which node of which cluster.
   *
   * @param dir data directory of this node alone; made if missing
   * @param clusterId the same for all nodes, see {@link #newClusterId}
   * @param index 0 for the first node
   * @param clientPorts ports of the client listener, by node
   * @param controllerPorts ports of the controller listener, by node
   * @param properties further broker properties, which override ours
   */
  public record Place(
      Path dir,
      String clusterId,
      int index,
      List<Integer> clientPorts,
      List<Integer> controllerPorts,
      Map<String, String> properties) {
    public Place {
      dir = dir.toAbsolutePath().normalize();
      clientPorts = List.copyOf(clientPorts);
      controllerPorts = List.copyOf(controllerPorts);
      properties = Map.copyOf(properties);
      if (clientPorts.size() != controllerPorts.size()) {
        throw new IllegalArgumentException(
            clientPorts.size()
                + " client ports and "
                + controllerPorts.size()
                + " controller ports: each node has one of both");
      }
      if (index < 0 || index >= clientPorts.size()) {
        throw new IllegalArgumentException(
            "index must be 0.." + (clientPorts.size() - 1) + ", got " + index);
      }
    }
  }

  /** An id for a cluster that is new. */
  public static String newClusterId() {
    return Uuid.randomUuid().toString();
  }

  /**
   * Starts a node and returns when it serves, which needs a majority of the cluster.
   *
   * @throws BrokerException if its directory cannot be formatted
   */
  public static ClusterNode start(Place place) {
    EmbeddedKafka.Options options =
        new EmbeddedKafka.Options(
            place.dir(),
            place.clientPorts().size(),
            0,
            SecurityProtocol.PLAINTEXT,
            place.properties());
    NodeSettings settings =
        new NodeSettings(options, place.clientPorts(), place.controllerPorts(), List.of());
    KafkaRaftServer server =
        EmbeddedKafka.create(place.clusterId(), place.dir(), settings, place.index());
    server.startup();
    return new ClusterNode(server);
  }

  /** Stops it and keeps the data. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
