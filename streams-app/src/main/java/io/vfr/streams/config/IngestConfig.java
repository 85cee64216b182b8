package io.vfr.streams.config;

import java.time.Duration;

/**
 * What ingest accepts.
 *
 * @param maxAhead how far a record's event time may lie in the future of this machine's clock
 * @param maxBytes largest accepted record value, bytes
 */
public record IngestConfig(Duration maxAhead, int maxBytes) {}
