/**
 * From a model directory to scores: verified loading, native handles with counted references, and
 * scorers, one per thread. Whatever is wrong with a directory ends in a {@link
 * io.vfr.models.load.ModelRejectedException} with a reason; it never reaches a caller of a scorer.
 */
@NullMarked
package io.vfr.models.load;

import org.jspecify.annotations.NullMarked;
