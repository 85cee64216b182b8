package io.vfr.models.load;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one model and the threads that use them. A session that two threads share runs
 * for one at a time, so each scoring thread gets its own while there are enough, and else the one
 * with the fewest threads. A thread keeps its session; one that has ended makes room. Thread-safe.
 */
final class OnnxSessions implements AutoCloseable {
  private final List<OnnxSession> sessions;

  // Guarded by this.
  private final List<Binding> bindings = new ArrayList<>();

  private record Binding(WeakReference<Thread> thread, int session) {
    boolean isOver() {
      Thread bound = thread.get();
      return bound == null || !bound.isAlive();
    }
  }

  /** Takes over sessions, at least one. */
  OnnxSessions(List<OnnxSession> sessions) {
    this.sessions = List.copyOf(sessions);
  }

  /** All sessions, in the order in which threads get them. */
  List<OnnxSession> all() {
    return sessions;
  }

  /** The session of a thread, which may be new. */
  synchronized OnnxSession of(Thread thread) {
    bindings.removeIf(Binding::isOver);
    int[] threads = new int[sessions.size()];
    for (Binding binding : bindings) {
      if (binding.thread.get() == thread) {
        return sessions.get(binding.session);
      }
      threads[binding.session]++;
    }
    int fewest = 0;
    for (int s = 1; s < threads.length; s++) {
      if (threads[s] < threads[fewest]) {
        fewest = s;
      }
    }
    bindings.add(new Binding(new WeakReference<>(thread), fewest));
    return sessions.get(fewest);
  }

  /** Forgets which threads used the sessions: whoever verified the model does not count. */
  synchronized void forgetThreads() {
    bindings.clear();
  }

  @Override
  public void close() {
    sessions.forEach(OnnxSession::close);
  }

  /** Remembers the session of the last thread that asked; not thread-safe. */
  final class Cursor {
    private @Nullable Thread thread;
    private @Nullable OnnxSession session;

    /** The session of the calling thread. */
    OnnxSession current() {
      Thread caller = Thread.currentThread();
      OnnxSession known = session;
      if (known == null || thread != caller) {
        known = of(caller);
        thread = caller;
        session = known;
      }
      return known;
    }
  }
}
