package io.vfr.streams.ops.replay;

/** Who wants to know how far a replay is. */
public interface ReplayProgress {
  /** Nobody. */
  ReplayProgress NONE =
      new ReplayProgress() {
        @Override
        public void begin(String label, long bytes) {}

        @Override
        public void advance(long bytes, long rows) {}

        @Override
        public void end(long rows) {}

        @Override
        public void note(String text) {}
      };

  /**
   * A file begins.
   *
   * @param bytes its size on disk
   */
  void begin(String label, long bytes);

  /** So much of the file has been read, so many rows have been sent. */
  void advance(long bytes, long rows);

  /** The file is sent. */
  void end(long rows);

  /** Something worth a line. */
  void note(String text);
}
