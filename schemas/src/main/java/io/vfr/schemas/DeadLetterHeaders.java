package io.vfr.schemas;

/** Header names that a dead letter adds to the original record's headers. Values are UTF-8. */
public final class DeadLetterHeaders {
  /** The {@link RejectCode}. */
  public static final String ERROR_CODE = "vfr.error.code";

  /** What is wrong and what is allowed. */
  public static final String ERROR_MESSAGE = "vfr.error.message";

  /** The stage that refused the record, such as {@code ingest}. */
  public static final String ERROR_STAGE = "vfr.error.stage";

  /** Topic of the original record. */
  public static final String SOURCE_TOPIC = "vfr.source.topic";

  /** Partition of the original record, decimal. */
  public static final String SOURCE_PARTITION = "vfr.source.partition";

  /** Offset of the original record, decimal. */
  public static final String SOURCE_OFFSET = "vfr.source.offset";

  /** Length of the original value in bytes, decimal; only there if the value had to be cut. */
  public static final String ERROR_TRUNCATED = "vfr.error.truncated";

  private DeadLetterHeaders() {}
}
