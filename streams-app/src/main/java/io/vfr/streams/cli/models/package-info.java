/**
 * {@code vfr models …}: training the shipped models from CSV files, with the same feature
 * mathematics as the stream. Beside the flow, never in it.
 */
@NullMarked
package io.vfr.streams.cli.models;

import org.jspecify.annotations.NullMarked;
