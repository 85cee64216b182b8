package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CoreWaitTest {
  @Test
  void secondNumber_isTheWait() {
    assertThat(CoreWait.read("5067252630 1501005708 2929\n"))
        .isEqualTo(Duration.ofNanos(1_501_005_708));
  }

  /** More threads than cores that all want to run: some wait, and the system says so. */
  @Test
  void streamThreads_ofAFullMachine_haveWaited() throws Exception {
    assumeThat(Path.of("/proc/self/schedstat")).as("the kernel's account").exists();
    int count = 4 * Runtime.getRuntime().availableProcessors();
    long process = ProcessHandle.current().pid();
    AtomicBoolean stop = new AtomicBoolean();
    Thread[] threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      threads[i] =
          Thread.ofPlatform()
              .name("bench-busy-" + i)
              .start(() -> {
                while (!stop.get()) {
                  Thread.onSpinWait();
                }
              });
    }
    Duration waited = Duration.ZERO;
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (waited.isZero() && System.nanoTime() < end) {
      waited = CoreWait.ofStreams(process);
    }
    stop.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(waited).isPositive();
  }

  @Test
  void processThatIsNotThere_hasNotWaited() throws Exception {
    assertThat(CoreWait.ofStreams(Long.MAX_VALUE)).isZero();
  }
}
