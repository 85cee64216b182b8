"""Training loops of the networks: one thread, fixed seeds, deterministic algorithms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from vfrtrain.prepare import Sequences

#: Rows that are scored at a time.
SCORING_ROWS = 2048

GRADIENT_NORM_MAX = 1.0


@dataclass(frozen=True)
class Schedule:
    """How long and how fast: AdamW under a one-cycle learning rate (L. Smith and N. Topin, 2018)."""

    epochs: int
    batch: int
    rate_max: float
    decay: float
    warm_up: float = 0.2

    def steps(self, rows: int) -> int:
        return self.epochs * (rows // self.batch)


def make_deterministic(seed: int) -> None:
    """One thread and one seed: the same rows give the same weights on the same kind of processor."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)


def fit(
    net: nn.Module,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    sequences: Sequences,
    rows: np.ndarray,
    target: np.ndarray,
    schedule: Schedule,
    seed: int,
    on_step: Callable[[], None],
) -> None:
    """Trains a network in place.

    `loss` takes the prepared batch [B, L, F] and the batch's targets [B]; `target` is float [len(rows)].
    An incomplete last batch of an epoch is left out; every epoch draws a new order.
    """
    table = torch.from_numpy(sequences.table)
    index = torch.from_numpy(sequences.index(rows))
    targets = torch.from_numpy(target.astype(np.float32))
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(net.parameters(), lr=schedule.rate_max, weight_decay=schedule.decay)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        schedule.rate_max,
        total_steps=schedule.steps(len(rows)),
        pct_start=schedule.warm_up,
    )
    net.train()
    for _ in range(schedule.epochs):
        shuffled = torch.randperm(len(rows), generator=order)
        for start in range(0, len(rows) - schedule.batch + 1, schedule.batch):
            chosen = shuffled[start : start + schedule.batch]
            value = loss(table[index[chosen]], targets[chosen])
            optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(net.parameters(), GRADIENT_NORM_MAX)
            optimizer.step()
            rate.step()
            on_step()
    net.eval()


def squared_error(net: nn.Module) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """The loss of a return network: mean squared error of the standardized return."""
    return lambda z, target: ((net(z) - target) ** 2).mean()


def quasi_likelihood(net: nn.Module) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """The loss of a volatility network: QLIKE; the target is the squared return."""

    def loss(z: torch.Tensor, squared: torch.Tensor) -> torch.Tensor:
        log_variance = net.log_variance(z)
        return (log_variance + squared * torch.exp(-log_variance)).mean()

    return loss


def score(net: nn.Module, sequences: Sequences, rows: np.ndarray) -> np.ndarray:
    """The network's output for some rows, float64 [len(rows)]."""
    parts = []
    with torch.no_grad():
        for start in range(0, len(rows), SCORING_ROWS):
            batch = torch.from_numpy(sequences.batch(rows[start : start + SCORING_ROWS]))
            parts.append(net(batch).numpy().astype(np.float64))
    return np.concatenate(parts) if parts else np.empty(0)
