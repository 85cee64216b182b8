@NullMarked
package io.vfr.schemas;

import org.jspecify.annotations.NullMarked;
