"""The two networks. Each takes z-scores of raw features and computes what it needs in the graph.

Shapes: B rows of a batch, L bars (oldest first), F features, D width. The input is float32
[B, L, F], prepared as the manifest says: missing values replaced, then (x - mean) / std; the
output is float32 [B]. Both networks first undo the z-scores, because ratios and logarithms of the
raw values are what carries over from one symbol to another.

Every row's output has the same bits whatever B is, as in the graphs that are served (`lstm_graph`,
`volatility_graph`). So what ends in one value a row is added up pair by pair instead of by a matrix product or a
reduction, whose order of addition depends on B, and exponentials and logarithms run over whole rows of L values:
vector instructions round differently from the scalar ones that serve the rest of an odd-sized array.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from vfrtrain.prepare import Preparation


def _dot(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Inner product over the last axis, [B, D] · [D] -> [B]; D is a power of two."""
    products = x * weight
    while products.shape[-1] > 1:
        half = products.shape[-1] // 2
        products = products[..., :half] + products[..., half:]
    return products[..., 0]


def _window_means(x: torch.Tensor) -> torch.Tensor:
    """Means over the last 1, 5 and 20 of at least 20 values, [B, K, L] -> [B, 3 * K]."""
    twos = x[..., 1:] + x[..., :-1]
    fours = twos[..., 2:] + twos[..., :-2]
    eights = fours[..., 4:] + fours[..., :-4]
    sixteens = eights[..., 8:] + eights[..., :-8]
    fives = x[..., -1] + fours[..., -2]
    twenties = fours[..., -1] + sixteens[..., -5]
    return torch.cat([x[..., -1], fives / 5, twenties / 20], dim=1)


def _over_whole_rows(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, length: int
) -> torch.Tensor:
    """function(x) of any shape, computed on `length` copies of each value."""
    return function(x.unsqueeze(-1).expand(*x.shape, length))[..., 0]


class _RawInput(nn.Module):
    """Undoes the z-scores of the manifest's normalizer, within a range that no input can leave."""

    #: z-scores beyond this are cut off, so that a wild input cannot make the graph overflow.
    LIMIT = 20.0

    def __init__(self, preparation: Preparation) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(preparation.mean, dtype=torch.float32))
        self.register_buffer("std", torch.tensor(preparation.std, dtype=torch.float32))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return z.clamp(-self.LIMIT, self.LIMIT) * self.std + self.mean


class LstmReturn(nn.Module):
    """One LSTM layer over the bars and a linear head over its last state: the standardized return [B].

    Features that are returns or ranges are divided by the bar's own volatility_20d.
    """

    FEATURES = (
        "log_return_1d",
        "gap_percent",
        "intraday_volatility",
        "macd_histogram_pct",
        "volatility_20d",
        "volume_ratio_5d",
        "rsi_14",
        "bollinger_20_percent",
    )
    #: The first so many features are in the unit of volatility_20d, which stands behind them.
    SCALED = 4
    SIGMA_MIN = 1e-3
    #: Beyond this there is nothing to learn from.
    CLIP = 6.0

    def __init__(self, preparation: Preparation, hidden: int, dropout: float) -> None:
        super().__init__()
        self.raw = _RawInput(preparation)
        self.lstm = nn.LSTM(len(self.FEATURES), hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Parameter(torch.zeros(hidden))
        self.bias = nn.Parameter(torch.zeros(()))
        # Set after training: how far the walk forward says to trust the output.
        self.register_buffer("shrinkage", torch.ones(()))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        raw = self.raw(z)
        sigma = raw[:, :, self.SCALED : self.SCALED + 1].clamp(min=self.SIGMA_MIN)
        x = torch.cat([raw[:, :, : self.SCALED] / sigma, z[:, :, self.SCALED :]], dim=2)
        states, _ = self.lstm(x.clamp(-self.CLIP, self.CLIP))
        last = self.dropout(states[:, -1, :])
        return (_dot(last, self.head) + self.bias) * self.shrinkage


class _Block(nn.Module):
    """A transformer layer, normalization first (R. Xiong et al., 2020); attention written out."""

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.mix = nn.Linear(width, width)
        self.before_inner = nn.LayerNorm(width)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        length, width = x.shape[1], x.shape[2]
        each = width // self.heads
        query, key, value = (
            part.reshape(-1, length, self.heads, each).transpose(1, 2)
            for part in self.query_key_value(self.before_attention(x)).split(width, dim=2)
        )
        scores = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(each), dim=-1)
        attended = (scores @ value).transpose(1, 2).reshape(-1, length, width)
        x = x + self.mix(attended)
        return x + self.narrow(torch.relu(self.widen(self.before_inner(x))))


class VolatilityTransformer(nn.Module):
    """The volatility of the next bar's return, [B], in the unit of volatility_20d and above zero.

    ln σ² = a linear form in the logarithms of realized variances over 1, 5 and 20 bars, from closes
    and from ranges (F. Corsi, "A simple approximate long-memory model of realized volatility", 2009;
    M. Parkinson, 1980), plus what a small transformer reads from the last 32 bars, each described
    relative to today's volatility.
    """

    FEATURES = (
        "log_return_1d",
        "intraday_volatility",
        "gap_percent",
        "volatility_20d",
        "relative_volume",
        "atr_14_pct",
        "bollinger_20_percent",
        "rsi_14",
    )
    #: Added to squares before a logarithm: a bar without a move is not infinitely calm.
    EPSILON = 1e-6
    SIGMA_MIN = 1e-4
    RELATIVE_VOLUME_MIN = 0.05
    #: Numbers that describe a bar to the transformer.
    TOKEN = 10
    CLIP = 8.0
    #: ln of a usual daily variance, so that the level's token is about zero.
    USUAL_LOG_VARIANCE = -8.5

    def __init__(
        self,
        preparation: Preparation,
        length: int,
        width: int,
        heads: int,
        layers: int,
        inner: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.raw = _RawInput(preparation)
        self.length = length
        # Where the search begins: about what the linear model alone arrives at.
        self.linear = nn.Parameter(torch.tensor([0.0, 0.2, 0.05, 0.15, 0.25, 0.05, 0.2, 0.0]))
        self.level = nn.Parameter(torch.tensor(-1.0))
        self.embed = nn.Linear(self.TOKEN, width)
        self.position = nn.Parameter(torch.randn(length, width) * 0.02)
        self.blocks = nn.ModuleList([_Block(width, heads, inner) for _ in range(layers)])
        self.last = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Parameter(torch.zeros(width))
        # Set after training, on the calibration window: ln of the factor on the variance.
        self.register_buffer("log_scale", torch.zeros(()))

    def log_variance(self, z: torch.Tensor) -> torch.Tensor:
        """ln σ², [B]; z [B, L, F]."""
        change, spread, gap, sigma, volume, true_range, band, rsi = self.raw(z).unbind(dim=2)
        squared = change * change
        spread = torch.log1p(spread.clamp(min=0))
        ranged = spread * spread / (4 * math.log(2))
        log_sigma2 = 2 * torch.log(sigma.clamp(min=self.SIGMA_MIN))
        today = log_sigma2[:, -1:]
        log_range2 = 2 * torch.log(true_range.clamp(min=self.SIGMA_MIN))
        means = _window_means(torch.stack([squared, ranged], dim=1))
        windows = _over_whole_rows(torch.log, means + self.EPSILON, self.length)
        terms = torch.cat([windows, today, log_range2[:, -1:]], dim=1)
        linear = _dot(terms, self.linear) + self.level
        tokens = torch.stack(
            [
                torch.log(squared + self.EPSILON) - today,
                torch.log(ranged + self.EPSILON) - today,
                torch.log(gap * gap + self.EPSILON) - today,
                log_sigma2 - today,
                change / sigma[:, -1:].clamp(min=self.SIGMA_MIN),
                torch.log(volume.clamp(min=self.RELATIVE_VOLUME_MIN)),
                log_range2 - today,
                band - 0.5,
                (rsi - 50) / 25,
                (today - self.USUAL_LOG_VARIANCE).expand_as(band),
            ],
            dim=2,
        )
        x = self.embed(tokens.clamp(-self.CLIP, self.CLIP)) + self.position
        for block in self.blocks:
            x = block(x)
        return linear + _dot(self.dropout(self.last(x)[:, -1, :]), self.head) + self.log_scale

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return _over_whole_rows(torch.exp, 0.5 * self.log_variance(z), self.length)
