import type { Alert } from '../src/generated/alert.js';
import type { Prediction } from '../src/generated/prediction.js';

/** Event time of the messages that tests make. */
export const T0 = 1_767_225_600_000;
export const HOUR = 3_600_000;

export function prediction(change: Partial<Prediction> = {}): Prediction {
  return {
    id: 'vfr.prices-0-1-abc',
    symbol: 'AAPL',
    ts: T0,
    producedAt: T0 + 10,
    expiresAt: T0 + 24 * HOUR,
    horizon: '1d',
    expectedReturn: 0.0021,
    direction: 'UP',
    probability: { up: 0.46, neutral: 0.31, down: 0.23 },
    confidence: 0.19,
    interval: { lower: -0.0171, upper: 0.0213, coverage: 0.9 },
    volatility: 0.0149,
    consensus: {
      signal: 'BULLISH',
      score: 71.5,
      confidence: 0.62,
      lowConsensus: false,
      breakdown: { bullish: 1, bearish: 0, neutral: 0 },
    },
    models: [
      {
        id: 'mean-reversion-xgb-v2',
        version: '2.1.0',
        digest: '9f86d081',
        output: 0.0021,
        signal: 'BULLISH',
        weight: 1,
        confidence: 0.58,
        latencyMicros: 4,
        status: 'ok',
      },
    ],
    drivers: [{ feature: 'pe_ratio', value: null, contribution: -0.0002 }],
    driversMethod: 'path',
    features: { schema: 'vfr-features/1:8fb392d43cc5', completeness: 0.93, imputed: [] },
    degraded: false,
    degradedReasons: [],
    source: { topic: 'vfr.prices', partition: 0, offset: 1 },
    latencyMillis: 12,
    ...change,
  };
}

export function alert(change: Partial<Alert> = {}): Alert {
  return {
    id: 'VOLATILITY_SPIKE:vfr.prices-0-1-abc',
    ts: T0,
    type: 'VOLATILITY_SPIKE',
    severity: 'warning',
    state: 'raised',
    symbol: 'AAPL',
    message: 'the range of AAPL is wide',
    value: 2.12,
    threshold: 2,
    predictionId: 'vfr.prices-0-1-abc',
    instance: 'vfr-1',
    ...change,
  };
}

export function bytes(message: unknown): Buffer {
  return Buffer.from(JSON.stringify(message), 'utf8');
}

/** Waits until a condition holds. */
export async function until(what: string, condition: () => boolean, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`not within ${timeoutMs} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
