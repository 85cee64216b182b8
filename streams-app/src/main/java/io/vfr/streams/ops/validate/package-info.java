/** Asks a running application whether it keeps what it promises. */
@NullMarked
package io.vfr.streams.ops.validate;

import org.jspecify.annotations.NullMarked;
