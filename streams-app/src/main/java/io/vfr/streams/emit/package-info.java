/**
 * Step 4 of 4: reads forecasts, writes one prediction per forecast and the alerts that rules with a
 * memory derive from it.
 */
@NullMarked
package io.vfr.streams.emit;

import org.jspecify.annotations.NullMarked;
