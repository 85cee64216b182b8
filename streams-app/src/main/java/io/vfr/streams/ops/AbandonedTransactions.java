package io.vfr.streams.ops;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions of instances that are gone, so that the survivors need not wait for the
 * transaction timeout (docs/decisions/0014).
 *
 * <p>It looks while a rebalance is on, and when it is told that an instance is gone. A transaction
 * is abandoned if its process, named by Kafka Streams in the transactional id, is not among the
 * members of the group, whose client ids name theirs.
 */
final class AbandonedTransactions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final KafkaStreams streams;
  private final String group;
  private final Admin admin;
  private final Pattern transactionalIds;
  private final Pattern clientIds;
  private final ScheduledExecutorService watch;

  private AbandonedTransactions(KafkaStreams streams, String group, Admin admin) {
    this.streams = streams;
    this.group = group;
    this.admin = admin;
    String process =
        Pattern.quote(group) + "-(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})-";
    transactionalIds = Pattern.compile(process + "\\d+");
    clientIds = Pattern.compile(process + "StreamThread-\\d+-consumer");
    watch =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("abandoned-transactions").factory());
  }

  /** Begins to watch. */
  static AbandonedTransactions watch(KafkaStreams streams, AppConfig config) {
    AbandonedTransactions transactions =
        new AbandonedTransactions(
            streams,
            config.applicationId(),
            Admin.create(KafkaProperties.backgroundAdmin(config, "abandoned-transactions")));
    transactions.watch.scheduleWithFixedDelay(
        transactions::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return transactions;
  }

  /** Looks at once: an instance is known to be gone. */
  void lookNow() {
    try {
      watch.execute(this::end);
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed already");
    }
  }

  private void look() {
    if (streams.state() == KafkaStreams.State.REBALANCING) {
      end();
    }
  }

  private void end() {
    try {
      List<String> abandoned = abandoned();
      if (!abandoned.isEmpty()) {
        admin.fenceProducers(abandoned).all().get();
        LOG.info("Ended the transactions of instances that are gone: {}", abandoned);
      }
    } catch (ExecutionException e) {
      told(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // A task that throws is never run again, and the next rebalance may need it.
      LOG.warn("Looking for abandoned transactions failed", e);
    }
  }

  private void told(@Nullable Throwable cause) {
    if (cause instanceof AuthorizationException || cause instanceof UnsupportedVersionException) {
      LOG.warn(
          "Transactions of instances that are gone cannot be ended ({}): others take over only when"
              + " they time out, kafka.transaction.timeout.ms after they began.",
          cause.getMessage());
      watch.shutdown();
    } else if (cause instanceof ApiException) {
      LOG.info("Abandoned transactions are looked for again: {}", cause.getMessage());
    } else {
      LOG.warn("Looking for abandoned transactions failed", cause);
    }
  }

  /** The open transactions first: whoever began one was a member then. */
  private List<String> abandoned() throws ExecutionException, InterruptedException {
    Collection<TransactionListing> open =
        admin
            .listTransactions(
                new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
            .all()
            .get();
    List<String> ours =
        open.stream()
            .map(TransactionListing::transactionalId)
            .filter(id -> process(transactionalIds, id).isPresent())
            .toList();
    if (ours.isEmpty()) {
      return List.of();
    }
    Set<UUID> members = members();
    if (!members.contains(own())) {
      return List.of();
    }
    return ours.stream()
        .filter(id -> !members.contains(process(transactionalIds, id).orElseThrow()))
        .toList();
  }

  private Set<UUID> members() throws ExecutionException, InterruptedException {
    return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
        .flatMap(description -> description.members().stream())
        .map(MemberDescription::clientId)
        .flatMap(id -> process(clientIds, id).stream())
        .collect(Collectors.toSet());
  }

  /** This process as the group names it; any other if its client ids do not name it. */
  private UUID own() {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> process(clientIds, thread.consumerClientId()).stream())
        .findAny()
        .orElseGet(UUID::randomUUID);
  }

  private static Optional<UUID> process(Pattern pattern, String id) {
    Matcher matcher = pattern.matcher(id);
    return matcher.matches() ? Optional.of(UUID.fromString(matcher.group(1))) : Optional.empty();
  }

  @Override
  public void close() {
    watch.shutdownNow();
    admin.close(Duration.ofSeconds(5));
  }
}
