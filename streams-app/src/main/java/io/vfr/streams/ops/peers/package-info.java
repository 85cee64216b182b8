/** How instances of one group see each other die, before their sessions end. */
@NullMarked
package io.vfr.streams.ops.peers;

import org.jspecify.annotations.NullMarked;
