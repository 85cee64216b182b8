@NullMarked
package io.vfr.chaos.swaps;

import org.jspecify.annotations.NullMarked;
