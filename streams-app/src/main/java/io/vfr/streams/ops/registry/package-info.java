/**
 * The model registry: versions published to Kafka and followed from there, the set that an instance
 * scores with, and how it is decided, fetched, verified and swapped (docs/decisions/0006, 0009).
 */
@NullMarked
package io.vfr.streams.ops.registry;

import org.jspecify.annotations.NullMarked;
