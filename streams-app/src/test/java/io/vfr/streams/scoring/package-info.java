@NullMarked
package io.vfr.streams.scoring;

import org.jspecify.annotations.NullMarked;
