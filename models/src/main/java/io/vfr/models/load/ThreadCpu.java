package io.vfr.models.load;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * The processor time of threads. A call's own work is judged by it and not by the clock, since on a
 * busy machine a thread may wait longer than it works.
 */
final class ThreadCpu {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean SUPPORTED =
      THREADS.isThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

  private ThreadCpu() {}

  /** Nanoseconds that a thread has worked; −1 if it is virtual, has ended or this is not known. */
  static long nanos(Thread thread) {
    return SUPPORTED && !thread.isVirtual() ? THREADS.getThreadCpuTime(thread.threadId()) : -1;
  }

  /** A clock of this thread's work; the wall's clock where that is not known. */
  static long currentNanos() {
    long nanos = nanos(Thread.currentThread());
    return nanos < 0 ? System.nanoTime() : nanos;
  }
}
