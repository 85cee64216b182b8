/** The kind of store that all stages keep their state in. */
@NullMarked
package io.vfr.streams.state;

import org.jspecify.annotations.NullMarked;
