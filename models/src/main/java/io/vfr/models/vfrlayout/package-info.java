/**
 * VFR's own model layout: a directory with a LightGBM {@code model.txt}, {@code metadata.json} and
 * {@code normalizer.json} becomes a model directory of the registry. Everything in it is untrusted
 * and all its problems are reported together; what nobody stated is assumed once, here, and named
 * in the model's card.
 */
@NullMarked
package io.vfr.models.vfrlayout;

import org.jspecify.annotations.NullMarked;
