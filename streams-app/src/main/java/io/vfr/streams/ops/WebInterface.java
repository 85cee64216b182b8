package io.vfr.streams.ops;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.emit.LatestPredictions;
import io.vfr.streams.ops.api.Explanations;
import io.vfr.streams.ops.api.InstancesApi;
import io.vfr.streams.ops.api.ModelsApi;
import io.vfr.streams.ops.api.OpenApi;
import io.vfr.streams.ops.api.OutputApi;
import io.vfr.streams.ops.api.PredictionApi;
import io.vfr.streams.ops.api.PredictionLookup;
import io.vfr.streams.ops.api.StreamApi;
import io.vfr.streams.ops.api.SymbolApi;
import io.vfr.streams.ops.cluster.Instances;
import io.vfr.streams.ops.cluster.PeerClient;
import io.vfr.streams.ops.cluster.StoredState;
import io.vfr.streams.ops.cluster.StreamsHandle;
import io.vfr.streams.ops.figures.ClusterSource;
import io.vfr.streams.ops.figures.FiguresSource;
import io.vfr.streams.ops.figures.StreamsMeters;
import io.vfr.streams.ops.registry.ModelStore;
import io.vfr.streams.ops.view.OutputView;
import io.vfr.streams.ops.view.ViewUnavailableException;
import io.vfr.streams.scoring.ExplanationCounters;
import io.vfr.streams.scoring.Standings;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that an instance says over HTTP, and what that needs. */
final class WebInterface implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebInterface.class);

  private final StreamsHandle streams = new StreamsHandle();
  private final AtomicReference<@Nullable StreamsRunner> runner = new AtomicReference<>();
  private final Instances instances = new Instances(streams);
  private final PeerClient peers;
  private final OutputView view;
  private final StreamApi events;
  private final StreamsMeters meters;
  private final HttpServer http;

  /**
   * Starts the server.
   *
   * @throws IllegalStateException if the address cannot be bound
   */
  WebInterface(
      AppConfig config,
      LatestPredictions latest,
      ModelStore models,
      Supplier<Standings> standings,
      Metrics metrics,
      BooleanSupplier memoryShort,
      InstantSource clock,
      String instance) {
    peers = new PeerClient(config.http());
    view = new OutputView(config, memoryShort);
    events = new StreamApi(view);
    meters = new StreamsMeters(streams, metrics.registry());
    PredictionLookup lookup = new PredictionLookup(latest::of, instances, peers, this::published);
    FiguresSource figures =
        new FiguresSource(metrics.registry(), instances, streams, meters, clock, instance);
    http =
        new HttpServer(
            config.http(),
            this::isAlive,
            this::isReady,
            metrics::scrape,
            new PredictionApi(
                lookup,
                new Explanations(
                    models, models.slots(), new ExplanationCounters(metrics.registry())),
                peers),
            new SymbolApi(
                lookup,
                models.slots(),
                FeatureSchema.current().id(),
                new StoredState(streams),
                instances,
                peers,
                view),
            new OutputApi(view),
            new ModelsApi(models, standings, view, config.scoring().coverage()),
            new InstancesApi(
                figures::take, new ClusterSource(figures::take, instances, peers, clock)),
            events,
            new OpenApi());
    instances.self(Instances.address(config.http(), http.port()));
  }

  /** The topic's newest prediction of a symbol; none while outputs are not read. */
  private byte @Nullable [] published(String symbol) {
    try {
      return view.look().latest(symbol);
    } catch (ViewUnavailableException e) {
      LOG.debug("No prediction of {} from the topic: {}", symbol, e.getMessage());
      return null;
    }
  }

  /** Before there is a client the instance is on its way. */
  private boolean isAlive() {
    StreamsRunner current = runner.get();
    return current == null || current.isAlive();
  }

  private boolean isReady() {
    StreamsRunner current = runner.get();
    return current != null && current.isReady();
  }

  /** Shows this client from now on. */
  void show(StreamsRunner client) {
    runner.set(client);
    streams.set(client.streams());
  }

  /** Where the other instances reach this one. */
  HostInfo address() {
    return instances.self();
  }

  int port() {
    return http.port();
  }

  StreamsMeters meters() {
    return meters;
  }

  /** Ends the streams of events, so that nobody waits for what will not come. */
  void endStreams() {
    events.close();
    view.close();
  }

  @Override
  public void close() {
    endStreams();
    http.close();
    peers.close();
  }
}
