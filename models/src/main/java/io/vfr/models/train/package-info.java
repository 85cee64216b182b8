/**
 * Training of the shipped tree models, and the measures that validate them. Fixed seeds and one
 * thread: the same rows give the same artifact, byte for byte, on the same platform.
 */
@NullMarked
package io.vfr.models.train;

import org.jspecify.annotations.NullMarked;
