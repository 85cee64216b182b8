/** Tests of the figures. */
@NullMarked
package io.vfr.streams.ops.figures;

import org.jspecify.annotations.NullMarked;
