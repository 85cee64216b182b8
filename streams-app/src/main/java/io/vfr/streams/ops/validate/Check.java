package io.vfr.streams.ops.validate;

/**
 * One thing that was looked at.
 *
 * @param name what
 * @param passed whether it is as it should be
 * @param figure what was found
 * @param limit what is wanted
 * @param advice what helps; empty where nothing needs help
 */
public record Check(String name, boolean passed, String figure, String limit, String advice) {
  static Check of(String name, boolean passed, String figure, String limit, String advice) {
    return new Check(name, passed, figure, limit, passed ? "" : advice);
  }
}
