package io.vfr.streams.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A task is drained when it has handled the last record that its polls returned. */
class PollProgressTest {
  private final PollProgress.Task task = PollProgress.ofThread().task(Integer.MAX_VALUE);
  private int drained;

  @AfterEach
  void forget() {
    task.onDrained(() -> {});
  }

  @Test
  void polledRecords_drainTheTaskExactlyWhenTheLastIsHandled() {
    task.onDrained(() -> drained++);
    task.polled(2);
    task.polled(1);
    handle();
    handle();
    assertThat(drained).isZero();
    task.taken();
    assertThat(drained).as("taken, but not yet handled").isZero();
    task.handled();
    assertThat(drained).isOne();
  }

  @Test
  void onDrained_forgetsTheCountAndTheActionOfAnEarlierLife() {
    int[] earlier = {0};
    task.onDrained(() -> earlier[0]++);
    task.polled(100);
    task.onDrained(() -> drained++);
    handle();
    assertThat(drained).isOne();
    assertThat(earlier[0]).isZero();
  }

  @Test
  void moreTakenThanPolled_isNoDebt() {
    task.onDrained(() -> drained++);
    handle();
    handle();
    assertThat(drained).isEqualTo(2);
    task.polled(2);
    handle();
    assertThat(drained).isEqualTo(2);
    handle();
    assertThat(drained).isEqualTo(3);
  }

  @Test
  void task_isOneCountPerPartition() {
    PollProgress.Task other = PollProgress.ofThread().task(Integer.MAX_VALUE - 1);
    task.onDrained(() -> drained++);
    other.polled(5);
    handle();
    assertThat(drained).isOne();
    assertThat(PollProgress.ofThread().task(Integer.MAX_VALUE)).isSameAs(task);
    other.onDrained(() -> {});
  }

  private void handle() {
    task.taken();
    task.handled();
  }
}
