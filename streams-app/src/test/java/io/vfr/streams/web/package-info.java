/** What instances show over HTTP, together and in a browser. */
@NullMarked
package io.vfr.streams.web;

import org.jspecify.annotations.NullMarked;
