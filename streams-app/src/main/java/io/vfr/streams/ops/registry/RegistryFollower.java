package io.vfr.streams.ops.registry;

import io.vfr.streams.config.AppConfig;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code vfr.models} on a thread of its own, for as long as the instance lives: whatever
 * brokers or records do, it tells what went wrong and goes on.
 */
final class RegistryFollower implements AutoCloseable {
  /** What wants to know of the registry; called on the follower's thread. */
  interface Subscriber {
    /**
     * Told several times a second.
     *
     * @param changed whether the state may be another one than the last time
     */
    void follow(RegistryState state, boolean changed) throws InterruptedException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(RegistryFollower.class);
  private static final Duration POLL = Duration.ofMillis(300);
  private static final Duration BACK_OFF_MIN = Duration.ofSeconds(1);
  private static final Duration BACK_OFF_MAX = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final AppConfig config;
  private final RegistryTopic.Listener listener;
  private final Thread thread;
  private final CountDownLatch firstRead = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable RegistryTopic topic;
  private volatile @Nullable Subscriber subscriber;
  private volatile RegistryState state = RegistryState.EMPTY;

  /** Told from the next poll on. Of the follower's thread only. */
  private boolean changed = true;

  RegistryFollower(AppConfig config, RegistryTopic.Listener listener) {
    this.config = config;
    this.listener = listener;
    thread = Thread.ofPlatform().name("model-registry").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Waits until the registry was read to its end once; false if the time is up first. */
  boolean awaitFirstRead(Duration timeout) throws InterruptedException {
    return firstRead.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The registry as far as it was read. */
  RegistryState state() {
    return state;
  }

  /** Tells a subscriber from now on, first what is known already. */
  void subscribe(Subscriber subscriber) {
    this.subscriber = subscriber;
  }

  private void run() {
    Duration backOff = BACK_OFF_MIN;
    try {
      while (closing.getCount() > 0) {
        try {
          step(open());
          backOff = BACK_OFF_MIN;
        } catch (WakeupException e) {
          LOG.debug("The model registry's consumer was woken up");
        } catch (RuntimeException e) {
          // No failure may end the thread: without it the instance would never change its models.
          tell(e, backOff);
          closing.await(backOff.toMillis(), TimeUnit.MILLISECONDS);
          Duration doubled = backOff.multipliedBy(2);
          backOff = doubled.compareTo(BACK_OFF_MAX) < 0 ? doubled : BACK_OFF_MAX;
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("The model registry's thread was interrupted");
    } finally {
      RegistryTopic open = topic;
      if (open != null) {
        open.close();
      }
    }
  }

  /** Brokers that are away need no stack trace, our own mistakes do. */
  private static void tell(RuntimeException e, Duration backOff) {
    if (e instanceof KafkaException) {
      LOG.warn(
          "The model registry cannot be followed; trying again in {}: {}", backOff, e.toString());
    } else {
      LOG.error("Following the model registry failed; trying again in {}", backOff, e);
    }
  }

  private RegistryTopic open() {
    RegistryTopic open = topic;
    if (open == null) {
      open =
          new RegistryTopic(
              config, "model-registry", ClientProperties.FETCH_WAIT_FOLLOWING, listener);
      topic = open;
    }
    return open;
  }

  private void step(RegistryTopic open) throws InterruptedException {
    if (closing.getCount() == 0) {
      // Whoever closes could not wake up what was being opened.
      return;
    }
    if (open.poll(POLL)) {
      changed = true;
      state = open.state();
    }
    if (firstRead.getCount() > 0) {
      if (!open.isCaughtUp()) {
        return;
      }
      firstRead.countDown();
    }
    Subscriber told = subscriber;
    if (told != null) {
      told.follow(state, changed);
      changed = false;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    RegistryTopic open = topic;
    if (open != null) {
      open.wakeUp();
    }
    try {
      if (thread.isAlive() && !thread.join(STOP_TIMEOUT)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
