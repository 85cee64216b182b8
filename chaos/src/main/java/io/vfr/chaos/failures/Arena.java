package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Cluster;
import io.vfr.chaos.harness.Fleet;
import io.vfr.chaos.harness.GroupView;
import io.vfr.chaos.harness.Ledger;
import io.vfr.chaos.harness.MarketLoad;
import io.vfr.chaos.harness.MarketPlan;
import io.vfr.chaos.harness.Recovery;
import io.vfr.chaos.harness.SmallDisk;
import io.vfr.chaos.harness.TopicReader;
import io.vfr.chaos.harness.Verdict;
import io.vfr.chaos.oracle.Audit;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.config.ProcessingConfig;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.GroupAdmin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Where scenarios take place: three brokers, some instances, a load, and a reader of what comes
 * out; in the end one verdict over all that was done here.
 */
final class Arena implements AutoCloseable {
  private static final int PARTITIONS = 4;
  private static final int SAMPLES_PER_FAILURE = 12;
  private static final int RECOVERY_LAG_MAX = 500;
  private static final Duration SIDES_TIMEOUT = Duration.ofSeconds(120);
  private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration KEEP_UP_PATIENCE = Duration.ofSeconds(60);
  private static final Duration IN_SYNC_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(90);

  private final Options options;
  private final Consumer<String> say;
  private final Verdict verdict;
  private final Cluster cluster;
  private final Fleet fleet;
  private final MarketPlan plan;
  private final Ledger ledger = new Ledger(PARTITIONS);
  private final Random random;
  private final RecoveryTimes times = new RecoveryTimes();
  private final long began = System.nanoTime();
  private @Nullable SmallDisk disk;
  private volatile @Nullable Recovery recovery;
  private @Nullable MarketLoad load;
  private @Nullable TopicReader reader;
  private @Nullable GroupView group;

  /** An arena in which nothing runs yet, for instances that live for minutes. */
  Arena(String scenario, Options options, Consumer<String> say) throws IOException {
    this(scenario, options, Fleet.SHORT_LIVED, say);
  }

  /**
   * An arena in which nothing runs yet.
   *
   * @param jvmOptions options of the JVMs of instances
   */
  Arena(String scenario, Options options, List<String> jvmOptions, Consumer<String> say)
      throws IOException {
    this.options = options;
    this.say = say;
    verdict = new Verdict(scenario);
    verdict.figure("seed", options.seed());
    verdict.figure("mode", options.mode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    verdict.figure("standby", options.standby());
    verdict.figure("staticMembers", options.staticMembers());
    random = new Random(options.seed());
    plan = new MarketPlan(options.seed(), options.symbols(), options.historyBars());
    cluster = new Cluster(options.dir().resolve("brokers"));
    fleet =
        new Fleet(
            options.dir().resolve("instances"),
            jvmOptions,
            settings(),
            options.staticMembers(),
            PARTITIONS);
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", cluster.bootstrapServers());
    settings.put("models.dir", options.models().toString());
    settings.put("features.emit", "true");
    settings.put("streams.standby", Integer.toString(options.standby()));
    settings.put(
        "processing.mode",
        options.mode() == ProcessingConfig.Mode.EXACTLY_ONCE ? "exactly-once" : "at-least-once");
    // Changelogs of minutes are so short that everybody counts as having all state, and tasks move
    // between those that live. An application that has run for a while has longer ones.
    settings.put("kafka.acceptable.recovery.lag", Integer.toString(RECOVERY_LAG_MAX));
    // A model that is late because the machine is too small would be a finding about the machine.
    settings.put("models.timeout", "PT5S");
    return settings;
  }

  private AppConfig config() {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "bootstrap.servers=" + cluster.bootstrapServers(),
                "models.dir=" + options.models()))
        .config();
  }

  /** Starts brokers, instances and load, and returns when ticks flow. */
  void open(int instances) throws IOException, InterruptedException {
    startCluster();
    fleet.start(instances);
    say.accept("instances " + fleet.running() + " are ready");
    startLoad();
  }

  /** Starts the brokers and makes the topics. */
  void startCluster() throws IOException, InterruptedException {
    cluster.start();
    say.accept("brokers are ready at " + cluster.bootstrapServers());
    TopicSetup.createMissing(config(), PARTITIONS, say, () -> false);
  }

  /** Sends side inputs, history and then ticks; instances must be running. */
  void startLoad() throws InterruptedException {
    AppConfig config = config();
    group = new GroupView(cluster.bootstrapServers(), config.applicationId());
    reader =
        new TopicReader(
            cluster.bootstrapServers(),
            options.mode() == ProcessingConfig.Mode.EXACTLY_ONCE,
            Map.of(Topics.PREDICTIONS.name(), this::prediction));
    MarketLoad sending = new MarketLoad(cluster.bootstrapServers(), ledger, plan);
    load = sending;
    sending.sides();
    try (GroupAdmin admin = GroupAdmin.connect(KafkaProperties.admin(config))) {
      // First what macro becomes for the tasks, then everything that they read.
      for (List<String> topics :
          List.of(
              List.of(Topics.MACRO.name()),
              List.of(
                  Topics.MACRO_FANOUT.name(),
                  Topics.FUNDAMENTALS.name(),
                  Topics.SENTIMENT.name()))) {
        if (!admin.awaitConsumed(config.applicationId(), topics, SIDES_TIMEOUT)) {
          throw new IllegalStateException(topics + " were not taken within " + SIDES_TIMEOUT);
        }
      }
    }
    sending.history();
    say.accept("history is predicted, " + ledger.sentCount() + " bars");
    sending.start(options.rate());
  }

  private void prediction(ConsumerRecord<String, byte[]> record) {
    Prediction prediction = Codecs.PREDICTION.read(record.value());
    Recovery waiting = recovery;
    if (waiting != null) {
      waiting.arrived(prediction.symbol(), prediction.ts());
    }
    ledger.answered(prediction.source().partition(), prediction.source().offset());
  }

  Options options() {
    return options;
  }

  /** Silence after which the group takes an instance for dead. */
  Duration sessionTimeout() {
    return config().streams().membership().sessionTimeout();
  }

  Cluster cluster() {
    return cluster;
  }

  Fleet fleet() {
    return fleet;
  }

  Verdict verdict() {
    return verdict;
  }

  /** Where chance comes from. */
  Random random() {
    return random;
  }

  void say(String line) {
    say.accept(line);
  }

  /** Puts the state of an instance that does not run yet on a disk that can be filled. */
  SmallDisk smallDisk(int instance, int megabytes) throws IOException, InterruptedException {
    SmallDisk mounted = SmallDisk.mount(fleet.stateDir(instance), megabytes);
    disk = mounted;
    return mounted;
  }

  /**
   * Lets the load flow for a while, up to so long, as chance has it, from when the instances keep
   * up with it: what is left of the failure before is not this one's.
   */
  void pause(Duration most) throws InterruptedException {
    if (!ledger.awaitBacklog(options.rate(), KEEP_UP_PATIENCE)) {
      verdict.breach(
          "the instances do not keep up with "
              + options.rate()
              + " ticks a second before a failure");
    }
    Thread.sleep(Duration.ofMillis(random.nextLong(most.toMillis() + 1)));
  }

  /** The symbols whose partitions the group has given to an instance; empty while it decides. */
  Set<String> symbolsOf(int instance) throws IOException, InterruptedException {
    Set<Integer> partitions =
        started(group).partitionsOf(fleet.get(instance).stateDir(), Topics.PRICES.name());
    return plan.symbols().stream()
        .filter(symbol -> partitions.contains(partition(symbol)))
        .collect(Collectors.toSet());
  }

  /** The same once there are any; empty if there are none in time. */
  Set<String> awaitSymbolsOf(int instance, Duration timeout)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    Set<String> symbols = symbolsOf(instance);
    while (symbols.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(Duration.ofMillis(200));
      symbols = symbolsOf(instance);
    }
    return symbols;
  }

  /** Records that the instances have not committed yet. */
  long lag() throws InterruptedException {
    return started(group).lag();
  }

  /** All symbols. */
  Set<String> symbols() {
    return Set.copyOf(plan.symbols());
  }

  /** Waits until every partition has all its copies in sync. */
  void awaitInSync() throws InterruptedException {
    if (!started(group).awaitInSync(IN_SYNC_TIMEOUT)) {
      verdict.breach("partitions are not in sync after " + IN_SYNC_TIMEOUT);
    }
  }

  private static int partition(String symbol) {
    byte[] key = symbol.getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(key)) % PARTITIONS;
  }

  /** Notes that something fails now. */
  Recovery fail(String what) {
    say.accept(what);
    Recovery begun = new Recovery(started(load).lastMillis());
    recovery = begun;
    return begun;
  }

  /**
   * Waits until every symbol is predicted again.
   *
   * @param affected symbols whose times are told
   */
  void awaitRecovery(Recovery begun, Set<String> affected) throws InterruptedException {
    if (!begun.await(RECOVERY_TIMEOUT)) {
      verdict.breach(
          begun.waiting() + " have had no prediction for " + RECOVERY_TIMEOUT + " after a failure");
    }
    started(reader).check();
    say.accept("recovered: " + times.add(begun, affected));
  }

  /** Ends the load, waits for the last prediction, audits everything and says what was found. */
  Verdict finish() throws IOException, InterruptedException {
    started(load).stop();
    say.accept("load has ended after " + ledger.sentCount() + " events");
    long drained = System.nanoTime();
    boolean complete = ledger.awaitBacklog(0, DRAIN_PATIENCE);
    verdict.figure("drainMillis", (System.nanoTime() - drained) / 1_000_000);
    verdict.breachIf(!complete, ledger.missing() + " predictions did not come");
    started(reader).close();
    started(reader).check();
    for (int instance : fleet.running()) {
      fleet.stop(instance);
    }
    fleet.problems().forEach(verdict::breach);
    cluster.dead().forEach(verdict::breach);
    times.tell(verdict, options.recoverySecondsMax());
    new Audit(
            new Audit.Scope(
                cluster.bootstrapServers(),
                options.mode() == ProcessingConfig.Mode.EXACTLY_ONCE,
                options.models(),
                options.seed(),
                options.samples(),
                SAMPLES_PER_FAILURE,
                plan.historyEvents(),
                times.failures()),
            verdict)
        .run(ledger);
    verdict.figure("seconds", (System.nanoTime() - began) / 1_000_000_000);
    return verdict;
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the load was not started");
    }
    return part;
  }

  @Override
  public void close() throws InterruptedException {
    fleet.close();
    SmallDisk mounted = disk;
    if (mounted != null) {
      mounted.close();
    }
    MarketLoad sending = load;
    if (sending != null) {
      sending.close();
    }
    TopicReader reading = reader;
    if (reading != null) {
      reading.abandon();
    }
    GroupView view = group;
    if (view != null) {
      view.close();
    }
    cluster.close();
  }
}
