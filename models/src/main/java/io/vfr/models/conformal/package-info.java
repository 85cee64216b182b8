/** Intervals that keep their coverage: adaptive conformal inference over realised outcomes. */
@NullMarked
package io.vfr.models.conformal;

import org.jspecify.annotations.NullMarked;
