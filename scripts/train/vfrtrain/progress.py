"""A progress bar on standard error; plain lines where that is no terminal."""

from __future__ import annotations

import sys
import time
from typing import TextIO

WIDTH = 30
LINE_SECONDS = 15.0
REDRAW_SECONDS = 0.2


class Progress:
    """Counts the steps of one task; use as a context manager."""

    def __init__(self, task: str, steps: int, out: TextIO = sys.stderr) -> None:
        self._task = task
        self._steps = max(1, steps)
        self._out = out
        self._done = 0
        self._started = self._drawn = time.monotonic()
        self._terminal = out.isatty()

    def __enter__(self) -> Progress:
        self._draw()
        return self

    def step(self) -> None:
        self._done += 1
        due = REDRAW_SECONDS if self._terminal else LINE_SECONDS
        if time.monotonic() - self._drawn >= due:
            self._draw()

    def __exit__(self, *failure: object) -> None:
        self._draw()
        if self._terminal:
            self._out.write("\n")

    def _draw(self) -> None:
        self._drawn = time.monotonic()
        share = min(1.0, self._done / self._steps)
        elapsed = self._drawn - self._started
        filled = round(WIDTH * share)
        bar = "#" * filled + "." * (WIDTH - filled)
        rest = f", {elapsed / share - elapsed:.0f} s left" if 0 < share < 1 else ""
        text = f"{self._task:<36} [{bar}] {100 * share:3.0f} %  {elapsed:.0f} s{rest}"
        self._out.write(f"\r{text:<110}" if self._terminal else text + "\n")
        self._out.flush()
