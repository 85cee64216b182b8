/** Reports as single HTML files with charts. */
@NullMarked
package io.vfr.streams.ops.html;

import org.jspecify.annotations.NullMarked;
