/**
 * The pure window mathematics below the features stage: one symbol's bars in, the bar-derived
 * features of {@link io.vfr.models.schema.FeatureSchema} out. No Kafka, no clock, no I/O. Features
 * at a bar use that bar and earlier ones only.
 */
@NullMarked
package io.vfr.streams.features.window;

import org.jspecify.annotations.NullMarked;
