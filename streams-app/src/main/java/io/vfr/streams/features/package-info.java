/**
 * Step 2 of 4: reads accepted records of all inputs, keeps windowed and as-of state per symbol,
 * writes one feature vector per accepted price event.
 *
 * <p>Features at t use data known at t or before. The stores hold facts; what is derived from them
 * lives on the heap and is rebuilt from them bit for bit (docs/decisions/0001).
 */
@NullMarked
package io.vfr.streams.features;

import org.jspecify.annotations.NullMarked;
