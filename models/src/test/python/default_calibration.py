"""Makes the calibration that an imported model gets: the distribution of standardized next-day returns.

    pip install -r requirements.txt
    python default_calibration.py prices.csv.gz > ../../main/resources/io/vfr/models/vfrlayout/default-calibration.json

Input: columns symbol,ts,open,high,low,close,volume, daily bars, ts a date. Of every bar of 2013 and 2014 whose
next bar also lies in them and follows within a week: x = (next close / close - 1) / s, where s is the sample
standard deviation of the last 20 log returns (the feature volatility_20d), at least 1e-4. The mean of x is taken
off: it is the drift of one rising market, nothing that a forecast of zero should be credited with. What is written
are 101 quantiles of x, its means above, within and below a band of 0.35, its means by sign, and the median of s.
"""

import csv
import gzip
import json
import sys
from collections import defaultdict
from datetime import date

import numpy as np

FROM, TO = date(2013, 1, 1), date(2014, 12, 31)
BAND = 0.35
WINDOW = 20
SIGMA_MIN = 1e-4
GAP_DAYS_MAX = 7
PRICE_MAX = 1e12


def is_valid(bar):
    """What the stream accepts."""
    o, h, l, c, v = bar  # noqa: E741
    return 0 < l <= min(o, c) and max(o, c) <= h <= PRICE_MAX and v >= 0


def closes(path):
    symbols = defaultdict(dict)
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            try:
                bar = [float(row[k]) for k in ("open", "high", "low", "close", "volume")]
            except ValueError:
                continue
            if is_valid(bar):
                symbols[row["symbol"]][date.fromisoformat(row["ts"][:10])] = bar[3]
    return symbols


def standardized(by_day):
    """Pairs of next return over volatility, and volatility."""
    days = sorted(by_day)
    prices = np.array([by_day[day] for day in days])
    logs = np.diff(np.log(prices))
    for i in range(WINDOW, len(days) - 1):
        if FROM <= days[i] and days[i + 1] <= TO and (days[i + 1] - days[i]).days <= GAP_DAYS_MAX:
            sigma = np.std(logs[i - WINDOW : i], ddof=1)
            if sigma >= SIGMA_MIN:
                yield (prices[i + 1] / prices[i] - 1) / sigma, sigma


def main(path):
    symbols = closes(path)
    pairs = [pair for symbol in sorted(symbols) for pair in standardized(symbols[symbol])]
    x = np.array([pair[0] for pair in pairs])
    drift = x.mean()
    x -= drift
    up, down = x > BAND, x < -BAND
    result = {
        "symbols": len(symbols),
        "rows": len(x),
        "from": FROM.isoformat(),
        "to": TO.isoformat(),
        "meanTakenOff": round(drift, 6),
        "neutralBand": BAND,
        "fallbackSigma": round(float(np.median([pair[1] for pair in pairs])), 6),
        "classMeans": {
            "DOWN": round(x[down].mean(), 6),
            "NEUTRAL": round(x[~up & ~down].mean(), 6),
            "UP": round(x[up].mean(), 6),
        },
        "signMeans": {"DOWN": round(x[x < 0].mean(), 6), "UP": round(x[x > 0].mean(), 6)},
        "residualQuantiles": [round(float(q), 6) for q in np.quantile(x, np.linspace(0, 1, 101))],
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main(sys.argv[1])
