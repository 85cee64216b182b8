@NullMarked
package io.vfr.streams;

import org.jspecify.annotations.NullMarked;
