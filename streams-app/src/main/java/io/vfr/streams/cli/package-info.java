/**
 * The command line: one class a command. Exit codes are 0 for done, 1 for failed, 2 for a usage or
 * configuration error; an error is one clear line on standard error.
 */
@NullMarked
package io.vfr.streams.cli;

import org.jspecify.annotations.NullMarked;
