@NullMarked
package io.vfr.streams.emit;

import org.jspecify.annotations.NullMarked;
