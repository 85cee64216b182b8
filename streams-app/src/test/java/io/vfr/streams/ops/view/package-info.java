/** Tests of the view of the output topics. */
@NullMarked
package io.vfr.streams.ops.view;

import org.jspecify.annotations.NullMarked;
