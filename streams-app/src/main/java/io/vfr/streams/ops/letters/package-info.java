/** Dead letters looked at and sent again. */
@NullMarked
package io.vfr.streams.ops.letters;

import org.jspecify.annotations.NullMarked;
