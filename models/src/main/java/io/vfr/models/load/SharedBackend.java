package io.vfr.models.load;

/** Counts who uses a backend and closes it when the last one lets go. */
final class SharedBackend {
  private final Backend backend;
  private int users = 1;

  SharedBackend(Backend backend) {
    this.backend = backend;
  }

  Backend backend() {
    return backend;
  }

  /** Adds a user; false if the backend is closed already. */
  synchronized boolean retain() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  synchronized void release() {
    if (users == 0) {
      throw new IllegalStateException("released more often than retained");
    }
    users--;
    if (users == 0) {
      backend.close();
    }
  }

  synchronized boolean isClosed() {
    return users == 0;
  }
}
