package io.vfr.streams.ops.figures;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.streams.ops.cluster.Instances;
import io.vfr.streams.ops.cluster.PeerClient;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** Asks every instance for its figures, at most once a second for all who ask. Thread-safe. */
public final class ClusterSource implements Supplier<ClusterFigures> {
  private static final Duration KEPT = Duration.ofSeconds(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<InstanceFigures> own;
  private final Instances instances;
  private final PeerClient peers;
  private final InstantSource clock;
  private @Nullable ClusterFigures last;
  private long takenNanos;

  /** Creates a source. */
  public ClusterSource(
      Supplier<InstanceFigures> own, Instances instances, PeerClient peers, InstantSource clock) {
    this.own = own;
    this.instances = instances;
    this.peers = peers;
    this.clock = clock;
  }

  @Override
  public synchronized ClusterFigures get() {
    ClusterFigures known = last;
    if (known == null || System.nanoTime() - takenNanos > KEPT.toNanos()) {
      known = take();
      last = known;
      takenNanos = System.nanoTime();
    }
    return known;
  }

  private ClusterFigures take() {
    Map<HostInfo, CompletableFuture<PeerClient.Answer>> answers = new LinkedHashMap<>();
    for (Instances.Instance each : instances.all()) {
      HostInfo address = each.address();
      if (!address.equals(instances.self())) {
        answers.put(address, peers.get(address, "/v1/instance"));
      }
    }
    List<InstanceFigures> figures = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    figures.add(own.get());
    answers.forEach((address, coming) -> {
      try {
        PeerClient.Answer answer = coming.join();
        if (!answer.isOk()) {
          throw new IOException("HTTP " + answer.status());
        }
        figures.add(JSON.readValue(answer.body(), InstanceFigures.class));
      } catch (CompletionException | IOException e) {
        silent.add(address.host() + ":" + address.port());
      }
    });
    figures.sort(Comparator.comparing(InstanceFigures::address));
    return new ClusterFigures(clock.millis(), figures, silent);
  }
}
