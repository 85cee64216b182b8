@NullMarked
package io.vfr.streams.state;

import org.jspecify.annotations.NullMarked;
