package io.vfr.models;

/**
 * The versions of something that is stored and outlives releases: which one this build writes and
 * which ones it reads. The bytes carry the version.
 *
 * @param what what is stored, in words
 * @param oldest the oldest version that is read
 * @param newest the version that is written, and the newest that is read; below 32, so that a
 *     version in front of text can be told from text
 */
public record StoredFormat(String what, int oldest, int newest) {
  private static final int NEWEST_MAX = ' ' - 1;

  /** Something was stored in a format that this build does not know. */
  public static final class UnknownVersionException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private UnknownVersionException(StoredFormat format, int found) {
      super(
          format.what()
              + " has format version "
              + found
              + ", this build reads "
              + format.readable()
              + (found > format.newest() ? ": a newer build wrote it" : ""));
    }
  }

  public StoredFormat {
    if (oldest < 1 || oldest > newest || newest > NEWEST_MAX) {
      throw new IllegalArgumentException(
          "versions "
              + oldest
              + ".."
              + newest
              + " of "
              + what
              + " must be in order and in 1.."
              + NEWEST_MAX);
    }
  }

  /** A format of which there is one version so far. */
  public static StoredFormat first(String what) {
    return new StoredFormat(what, 1, 1);
  }

  /** The version to write in front of the bytes. */
  public byte version() {
    return (byte) newest;
  }

  /**
   * Checks the version that bytes carry.
   *
   * @throws UnknownVersionException if this build does not read it
   */
  public void check(int found) {
    if (found < oldest || found > newest) {
      throw new UnknownVersionException(this, found);
    }
  }

  private String readable() {
    return oldest == newest ? Integer.toString(newest) : oldest + ".." + newest;
  }
}
