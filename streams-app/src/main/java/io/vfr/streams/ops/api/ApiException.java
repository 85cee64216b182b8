package io.vfr.streams.ops.api;

import io.helidon.http.Status;

/** A request that is answered with an error. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Status status;
  private final String code;
  private final String message;

  /**
   * Creates an error.
   *
   * @param code what went wrong, for programs
   * @param message what went wrong, which value and what is allowed, for people
   */
  ApiException(Status status, String code, String message) {
    // It says all that there is to say; its stack does not matter.
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.message = message;
  }

  static ApiException badRequest(String message) {
    return new ApiException(Status.BAD_REQUEST_400, "BAD_REQUEST", message);
  }

  Status status() {
    return status;
  }

  String code() {
    return code;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
