package io.vfr.streams.ops.vitals;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The longest pause that a garbage collection has made of late. Collectors tell of concurrent
 * cycles too, in which the application runs; those are left out. Thread-safe.
 */
final class GcPauses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GcPauses.class);

  private final LongAccumulator longestMillis = new LongAccumulator(Math::max, 0);
  private final List<NotificationEmitter> emitters = new ArrayList<>();
  private final NotificationListener listener = this::heard;

  /** Begins to listen. */
  GcPauses() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (isPause(collector.getName()) && collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(listener, null, null);
        emitters.add(emitter);
      }
    }
  }

  /**
   * Whether the times that a collector tells of are pauses.
   *
   * @param collector name of its management bean
   */
  static boolean isPause(String collector) {
    // ZGC Major Cycles; Shenandoah Cycles: their pauses have beans of their own. What "G1
    // Concurrent
    // GC" tells of are the two pauses of a marking, Remark and Cleanup (JDK-8297247).
    return !collector.endsWith("Cycles");
  }

  private void heard(Notification notification, Object handback) {
    if (GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(
            notification.getType())
        && notification.getUserData() instanceof CompositeData data) {
      longestMillis.accumulate(
          GarbageCollectionNotificationInfo.from(data).getGcInfo().getDuration());
    }
  }

  /** The longest since this was asked last, milliseconds; 0 if there was none. */
  long takeLongestMillis() {
    return longestMillis.getThenReset();
  }

  @Override
  public void close() {
    for (NotificationEmitter emitter : emitters) {
      try {
        emitter.removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        LOG.debug("No longer listened to", e);
      }
    }
  }
}
