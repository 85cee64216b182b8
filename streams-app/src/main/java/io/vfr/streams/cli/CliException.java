package io.vfr.streams.cli;

/** Ends a command with an exit code and a message for the user. */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CliException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The command was understood and did not succeed. */
  public static CliException failed(String message) {
    return new CliException(message, Cli.FAILED);
  }

  /** The command asks for something that is not offered. */
  public static CliException usage(String message) {
    return new CliException(message, Cli.USAGE);
  }

  int exitCode() {
    return exitCode;
  }
}
