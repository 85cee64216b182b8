/**
 * What the application has told the world lately, read back from its output topics while somebody
 * looks: for the page, for streams of events, and for answers that no instance has at hand.
 */
@NullMarked
package io.vfr.streams.ops.view;

import org.jspecify.annotations.NullMarked;
