/** From-scratch reference implementations: slow, plain, and independent of what they check. */
@NullMarked
package io.vfr.streams.reference;

import org.jspecify.annotations.NullMarked;
