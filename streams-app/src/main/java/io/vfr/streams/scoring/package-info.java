/**
 * Step 3 of 4: reads feature vectors, scores them in micro-batches with the models of the cache,
 * writes one combined forecast per vector, in the order of the vectors.
 */
@NullMarked
package io.vfr.streams.scoring;

import org.jspecify.annotations.NullMarked;
