package io.vfr.models.load;

/** Counts who uses a backend and closes it when the last one lets go. */
final class SharedBackend {
  private final Backend backend;
  private int users = 1;
  private Runnable afterClose = () -> {};

  SharedBackend(Backend backend) {
    this.backend = backend;
  }

  Backend backend() {
    return backend;
  }

  /** Sets what runs once the backend is closed, outside the lock. */
  synchronized void afterClose(Runnable action) {
    afterClose = action;
  }

  /** Adds a user; false if the backend is closed already. */
  synchronized boolean retain() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  void release() {
    Runnable action;
    synchronized (this) {
      if (users == 0) {
        throw new IllegalStateException("released more often than retained");
      }
      users--;
      if (users > 0) {
        return;
      }
      backend.close();
      action = afterClose;
    }
    action.run();
  }

  synchronized boolean isClosed() {
    return users == 0;
  }
}
