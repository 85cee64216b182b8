package io.vfr.streams.ops.peers;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.config.MembershipConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other instances of the group as this one sees them: it holds a line to each, and puts those
 * out of the group that have died, long before their sessions end (docs/decisions/0017).
 */
public final class Peers implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

  private final PeerDoor door;
  private final String group;
  private final Admin admin;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("peers").factory());

  /** Of the executor's thread alone. */
  private final Map<PeerName, Watched> watched = new HashMap<>();

  private Runnable removed = () -> {};

  private record Watched(PeerLine line, Set<String> members) {}

  private Peers(PeerDoor door, String group, Admin admin) {
    this.door = door;
    this.group = group;
    this.admin = admin;
  }

  /**
   * Opens this instance's door; none if it has a name that outlives it, is not to have a door, or
   * is in a group of a protocol that knows no static members.
   *
   * @throws IllegalStateException if the address cannot be bound
   */
  public static Optional<Peers> open(AppConfig config) {
    MembershipConfig membership = config.streams().membership();
    boolean classic =
        GroupProtocol.CLASSIC.name.equalsIgnoreCase(
            config
                .kafka()
                .getOrDefault(StreamsConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name));
    if (membership.instanceId().isPresent() || membership.peerHost().isEmpty() || !classic) {
      return Optional.empty();
    }
    PeerDoor door = PeerDoor.open(membership.peerHost(), membership.peerPort());
    try {
      Admin admin = Admin.create(KafkaProperties.backgroundAdmin(config, "peers"));
      return Optional.of(new Peers(door, config.applicationId(), admin));
    } catch (RuntimeException e) {
      door.close();
      throw e;
    }
  }

  /** What this instance is called in the group; its stream threads append their numbers. */
  public String instanceId() {
    return door.name().text();
  }

  /**
   * Begins to watch.
   *
   * @param removed run after a member was put out
   */
  public void start(Runnable removed) {
    this.removed = removed;
    executor.scheduleWithFixedDelay(this::refresh, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks who is in the group now; after a rebalance there may be others. */
  public void look() {
    execute(this::refresh);
  }

  private void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed already");
    }
  }

  private void refresh() {
    try {
      Map<PeerName, Set<String>> present = present();
      watched
          .entrySet()
          .removeIf(entry -> {
            if (present.containsKey(entry.getKey())) {
              return false;
            }
            entry.getValue().line().close();
            return true;
          });
      present.forEach((peer, members) ->
          watched.compute(
              peer,
              (name, known) -> new Watched(known == null ? line(name) : known.line(), members)));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        LOG.debug("The group has no members yet");
      } else {
        told("Peers are not known", e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // A task that throws is never run again.
      LOG.warn("Peers are not known", e);
    }
  }

  private PeerLine line(PeerName peer) {
    return PeerLine.to(peer, dead -> execute(() -> remove(dead)));
  }

  /** The other processes of the group with their members. */
  private Map<PeerName, Set<String>> present() throws ExecutionException, InterruptedException {
    List<String> members =
        admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
            .flatMap(description -> description.members().stream())
            .map(MemberDescription::groupInstanceId)
            .flatMap(Optional::stream)
            .filter(id -> PeerName.ofMember(id).isPresent())
            .toList();
    Map<PeerName, Set<String>> present =
        members.stream()
            .collect(
                Collectors.groupingBy(
                    id -> PeerName.ofMember(id).orElseThrow(),
                    Collectors.toCollection(TreeSet::new)));
    present.remove(door.name());
    return present;
  }

  private void remove(PeerName dead) {
    Watched peer = watched.remove(dead);
    if (peer == null) {
      return;
    }
    try {
      admin
          .removeMembersFromConsumerGroup(
              group,
              new RemoveMembersFromConsumerGroupOptions(
                  peer.members().stream().map(MemberToRemove::new).toList()))
          .all()
          .get();
      LOG.info("{} has died and is out of the group", dead.text());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownMemberIdException) {
        LOG.info("{} has died and was put out of the group by another instance", dead.text());
      } else {
        told(dead.text() + " has died, and its session must end", e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) {
      LOG.warn("{} has died, and its session must end", dead.text(), e);
    }
    removed.run();
  }

  private void told(String what, @Nullable Throwable cause) {
    if (cause instanceof RetriableException) {
      LOG.info("{}: {}", what, cause.getMessage());
    } else if (cause instanceof AuthorizationException) {
      LOG.warn(
          "{}: the brokers do not permit it ({}). Deaths are noticed when sessions end.",
          what,
          cause.getMessage());
      executor.shutdown();
    } else {
      LOG.warn("{}", what, cause);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("The watch over peers does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    watched.values().forEach(peer -> peer.line().close());
    door.close();
    admin.close(STOP_TIMEOUT);
  }
}
