package io.vfr.streams.ops.registry;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.registry.ModelArchive;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.schemas.InvalidMessageException;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.config.AppConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Changes the registry: publishes versions and moves them between stages. Every change is one
 * transaction on the state that was read before it; where another publisher was quicker it is made
 * anew on what that one left. Belongs to one thread.
 */
public final class RegistryPublisher implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /**
   * What a change did.
   *
   * @param written the registrations that were written, in order; none if all was so already
   * @param state the registry after it
   */
  public record Change(List<ModelRegistration> written, RegistryState state) {
    public Change {
      written = List.copyOf(written);
    }
  }

  /** The part of a change that depends on what is changed. */
  @FunctionalInterface
  interface Action {
    void in(RegistryTransaction transaction) throws IOException, ModelRejectedException;
  }

  private final AppConfig config;
  private final InstantSource clock;
  private final String changedBy;
  private final ModelLoader loader;
  private final RegistryTopic topic;
  private @Nullable KafkaProducer<String, byte[]> producer;

  private RegistryPublisher(AppConfig config, InstantSource clock, String changedBy) {
    this.config = config;
    this.clock = clock;
    this.changedBy = changedBy;
    loader = ModelLoaders.of(config);
    topic =
        new RegistryTopic(
            config,
            "model-publisher",
            ClientProperties.FETCH_WAIT_ONCE,
            RegistryTopic.Listener.NONE);
  }

  /**
   * Connects to the registry.
   *
   * @param changedBy who changes it, for the registrations
   * @throws io.vfr.streams.ops.broker.BrokerException if no broker answers
   * @throws RegistryException if the registry's topics are not there
   */
  public static RegistryPublisher connect(AppConfig config, InstantSource clock, String changedBy) {
    RegistryReader.requireTopics(config, PATIENCE);
    return new RegistryPublisher(config, clock, changedBy);
  }

  /** The registry as it is now. */
  public RegistryState state() {
    try {
      return topic.readToEnd();
    } catch (KafkaException e) {
      throw RegistryReader.failure(config, e);
    }
  }

  /**
   * Publishes a model directory, after verifying it as an instance would. A version is published
   * once: again with the same digest it stays as it is.
   *
   * @param stage {@code SHADOW}, or {@code CHAMPION} to promote it in the same transaction
   * @throws RegistryException if the model is refused, or another one is registered under its name
   */
  public Change publish(Path dir, ModelStage stage, @Nullable String reason) {
    if (stage == ModelStage.RETIRED) {
      throw new IllegalArgumentException("a model is published as shadow or champion");
    }
    ModelRef ref = verified(dir);
    return change(transaction -> {
      register(transaction, ref, dir, reason);
      if (stage == ModelStage.CHAMPION) {
        promote(transaction, ref.id(), ref.version().toString(), reason);
      }
    });
  }

  /**
   * Makes a version the champion and the one before it a shadow. A champion that so far is only in
   * {@code models.dir} is published with it, so that a rollback has something to go back to.
   *
   * @throws RegistryException if the version was never published
   */
  public Change promote(String id, String version, @Nullable String reason) {
    return change(transaction -> promote(transaction, id, version, reason));
  }

  /**
   * Makes a version a shadow.
   *
   * @throws RegistryException if it was never published or is the champion
   */
  public Change shadow(String id, String version, @Nullable String reason) {
    return change(
        transaction -> transaction.write(by(reason).shadow(transaction.state(), id, version)));
  }

  /**
   * Retires a version.
   *
   * @throws RegistryException if it was never published
   */
  public Change retire(String id, String version, @Nullable String reason) {
    return change(
        transaction -> transaction.write(by(reason).retire(transaction.state(), id, version)));
  }

  /**
   * Makes the champion's predecessor champion again and retires the champion.
   *
   * @throws RegistryException if there is no champion, or no predecessor that could serve
   */
  public Change rollback(String id, @Nullable String reason) {
    return change(transaction -> transaction.write(by(reason).rollback(transaction.state(), id)));
  }

  /**
   * The same if the champion is still the one of a certain promotion; otherwise nothing.
   *
   * @param promotedAt {@code changedAt} of its registration, epoch milliseconds
   * @throws RegistryException if it has no predecessor that could serve
   */
  Change rollback(String id, String version, long promotedAt, String reason) {
    return change(transaction -> {
      boolean isChampion =
          transaction
              .state()
              .champion(id)
              .map(RegistryState.Entry::registration)
              .filter(now -> now.version().equals(version) && now.changedAt() == promotedAt)
              .isPresent();
      if (isChampion) {
        transaction.write(by(reason).rollback(transaction.state(), id));
      }
    });
  }

  private StageChange by(@Nullable String reason) {
    return new StageChange(changedBy, clock.millis(), reason);
  }

  private ModelRef verified(Path dir) {
    try (LoadedModel model = loader.load(dir)) {
      String objection = Suitability.objection(model.manifest());
      if (objection != null) {
        throw new ModelRejectedException(RejectionReason.UNSUPPORTED, objection);
      }
      return ModelRef.of(model);
    } catch (ModelRejectedException e) {
      throw new RegistryException(dir + " is refused, " + e.reason() + ": " + e.getMessage(), e);
    }
  }

  private void register(
      RegistryTransaction transaction, ModelRef ref, Path dir, @Nullable String reason)
      throws IOException, ModelRejectedException {
    Optional<ModelRegistration> known =
        transaction
            .state()
            .find(ref.id(), ref.version().toString())
            .map(RegistryState.Entry::registration);
    if (known.isPresent()) {
      if (!known.get().digest().equals(ref.digest())) {
        throw new RegistryException(
            ref.key()
                + " is published with digest "
                + known.get().digest()
                + "; "
                + dir
                + " has "
                + ref.digest()
                + ". Versions do not change: give it a new one");
      }
      return;
    }
    Path archive = Files.createTempFile("vfr-model-", ".zip");
    try {
      ModelArchive.pack(dir, archive);
      long bytes = Files.size(archive);
      long offset = transaction.send(archive, ref.digest());
      long now = clock.millis();
      transaction.write(
          new ModelRegistration(
              ref.id(),
              ref.version().toString(),
              ModelStage.SHADOW,
              ref.digest(),
              bytes,
              ArtifactChunks.count(bytes),
              now,
              now,
              changedBy,
              offset,
              null,
              reason));
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  private void promote(
      RegistryTransaction transaction, String id, String version, @Nullable String reason)
      throws IOException, ModelRejectedException {
    Optional<String> unregistered = Optional.empty();
    boolean known = transaction.state().find(id, version).isPresent();
    if (known && transaction.state().champion(id).isEmpty()) {
      Optional<ModelDirectory> local =
          LocalModels.champion(config, loader, transaction.state(), id);
      if (local.isPresent()) {
        Path dir = local.get().path();
        register(transaction, verified(dir), dir, reason);
        unregistered = Optional.of(local.get().version().toString());
      }
    }
    transaction.write(by(reason).promote(transaction.state(), id, version, unregistered));
  }

  /**
   * Makes a change, and once more if another publisher came in between, on what that one left.
   *
   * @throws RegistryException if that happened twice, or if the action refuses
   */
  Change change(Action action) {
    try {
      return attempt(action);
    } catch (KafkaException e) {
      if (!isOvertaken(e)) {
        throw RegistryReader.failure(config, e);
      }
    }
    try {
      return attempt(action);
    } catch (KafkaException e) {
      throw isOvertaken(e)
          ? new RegistryException(
              "other publishers are at the registry, so nothing was written; try again", e)
          : RegistryReader.failure(config, e);
    }
  }

  private Change attempt(Action action) {
    KafkaProducer<String, byte[]> open = producer();
    // Only now, when no other publisher can write any more without being found out.
    RegistryState before = topic.readToEnd();
    RegistryTransaction transaction = new RegistryTransaction(open, before);
    boolean commit = false;
    try {
      open.beginTransaction();
      action.in(transaction);
      commit = !transaction.written().isEmpty();
      if (commit) {
        open.commitTransaction();
      }
    } catch (InvalidMessageException e) {
      throw new RegistryException(String.valueOf(e.getMessage()), e);
    } catch (ModelRejectedException e) {
      throw new RegistryException(e.reason() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new RegistryException("the model cannot be packed: " + e.getMessage(), e);
    } catch (KafkaException e) {
      // What it began is aborted by the brokers when the next producer comes, or in time.
      open.close(Duration.ZERO);
      producer = null;
      throw e;
    } finally {
      if (!commit && producer != null) {
        open.abortTransaction();
      }
    }
    // A commit is decided before it can be seen: who asks next must find what was written.
    return new Change(transaction.written(), commit ? topic.readTo(transaction.end()) : before);
  }

  private static boolean isOvertaken(KafkaException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  private KafkaProducer<String, byte[]> producer() {
    KafkaProducer<String, byte[]> open = producer;
    if (open != null) {
      return open;
    }
    open =
        new KafkaProducer<>(
            ClientProperties.publisher(config), new StringSerializer(), new ByteArraySerializer());
    try {
      open.initTransactions();
    } catch (KafkaException e) {
      open.close(Duration.ZERO);
      throw e;
    }
    producer = open;
    return open;
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(CLOSE_TIMEOUT);
    }
    topic.close();
  }
}
