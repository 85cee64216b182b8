package io.vfr.schemas;

/** The input record that a prediction answers. */
public record SourceRef(String topic, int partition, long offset) {
  public SourceRef {
    Bounds.text("source.topic", topic);
    Bounds.notNegative("source.partition", partition);
    Bounds.notNegative("source.offset", offset);
  }
}
