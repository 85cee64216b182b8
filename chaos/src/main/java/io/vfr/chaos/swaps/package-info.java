/**
 * Scenario: models are swapped under load, good ones and bad ones, and every prediction must name a
 * set that was whole.
 */
@NullMarked
package io.vfr.chaos.swaps;

import org.jspecify.annotations.NullMarked;
