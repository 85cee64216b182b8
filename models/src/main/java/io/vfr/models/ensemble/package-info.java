/**
 * Several forecasts into one: weights, the combined forecast and the models' consensus. Pure
 * functions; sums run in the order in which the models are given, so equal inputs give equal bits.
 */
@NullMarked
package io.vfr.models.ensemble;

import org.jspecify.annotations.NullMarked;
