/** Tests of the steward. */
@NullMarked
package io.vfr.streams.steward;

import org.jspecify.annotations.NullMarked;
