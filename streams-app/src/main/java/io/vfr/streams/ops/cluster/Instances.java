package io.vfr.streams.ops.cluster;

import io.vfr.schemas.Topics;
import io.vfr.streams.config.HttpConfig;
import io.vfr.streams.state.TaskState;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which instance has which symbol, as the group's last assignment says. Every instance is known by
 * the address of its HTTP server. Thread-safe.
 */
public final class Instances implements Ownership {
  private static final Logger LOG = LoggerFactory.getLogger(Instances.class);

  private final StreamsHandle streams;
  private volatile HostInfo self = HostInfo.unavailable();

  /**
   * An instance of the group.
   *
   * @param address where its HTTP server is reached
   * @param partitions partitions of the inputs that it processes
   * @param standbys partitions of which it keeps a replica of the state
   */
  public record Instance(HostInfo address, List<Integer> partitions, List<Integer> standbys) {
    public Instance {
      partitions = List.copyOf(partitions);
      standbys = List.copyOf(standbys);
    }
  }

  /** Asks this client. */
  public Instances(StreamsHandle streams) {
    this.streams = streams;
  }

  /** Says where this instance is reached. */
  public void self(HostInfo address) {
    self = address;
  }

  /**
   * Where the others reach an instance: what it advertises, else where it is bound; of a wildcard
   * the first address of this machine's name.
   *
   * @param boundPort the port that its server got
   */
  public static HostInfo address(HttpConfig config, int boundPort) {
    if (config.advertised().isPresent()) {
      String advertised = config.advertised().get();
      int colon = advertised.lastIndexOf(':');
      return new HostInfo(
          advertised.substring(0, colon), Integer.parseInt(advertised.substring(colon + 1)));
    }
    return new HostInfo(reachable(config.host()), boundPort);
  }

  private static String reachable(String host) {
    try {
      if (!InetAddress.getByName(host).isAnyLocalAddress()) {
        return host;
      }
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      LOG.warn(
          "This machine does not know its own name ({}); set http.advertised, or the other"
              + " instances cannot pass requests on to this one",
          e.getMessage());
      return host;
    }
  }

  @Override
  public HostInfo self() {
    return self;
  }

  @Override
  public Optional<HostInfo> owner(String symbol) {
    return metadata(symbol)
        .map(KeyQueryMetadata::activeHost)
        .filter(host -> !host.equals(HostInfo.unavailable()));
  }

  private Optional<KeyQueryMetadata> metadata(String symbol) {
    try {
      return streams
          .get()
          .map(client ->
              client.queryMetadataForKey(TaskState.NAME, symbol, Serdes.String().serializer()))
          .filter(found -> !found.equals(KeyQueryMetadata.NOT_AVAILABLE));
    } catch (IllegalStateException e) {
      // It does not run yet, or not any more.
      return Optional.empty();
    }
  }

  @Override
  public Set<HostInfo> standbys(String symbol) {
    return metadata(symbol).map(KeyQueryMetadata::standbyHosts).orElse(Set.of());
  }

  /** Every instance of the group, this one included, by address. */
  public List<Instance> all() {
    KafkaStreams client = streams.get().orElse(null);
    List<Instance> all = new ArrayList<>();
    if (client != null) {
      try {
        for (StreamsMetadata each : client.metadataForAllStreamsClients()) {
          all.add(
              new Instance(
                  each.hostInfo(),
                  partitions(each.topicPartitions()),
                  partitions(each.standbyTopicPartitions())));
        }
      } catch (IllegalStateException e) {
        LOG.debug("The group is not known: {}", e.getMessage());
      }
    }
    if (all.stream().noneMatch(each -> each.address().equals(self))) {
      all.add(new Instance(self, List.of(), List.of()));
    }
    all.sort(Comparator.comparing(each -> each.address().toString()));
    return all;
  }

  private static List<Integer> partitions(Collection<TopicPartition> assigned) {
    Set<Integer> partitions = new TreeSet<>();
    assigned.stream()
        .filter(each -> each.topic().equals(Topics.PRICES.name()))
        .forEach(each -> partitions.add(each.partition()));
    return List.copyOf(partitions);
  }
}
