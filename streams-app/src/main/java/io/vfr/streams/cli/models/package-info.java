/**
 * {@code vfr models train}: trains the shipped XGBoost model on a feature set that the topology
 * itself exported. Beside the flow, never in it.
 */
@NullMarked
package io.vfr.streams.cli.models;

import org.jspecify.annotations.NullMarked;
