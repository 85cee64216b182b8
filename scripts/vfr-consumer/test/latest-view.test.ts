import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Alert } from '../src/generated/alert.js';
import { LatestView, isExpired } from '../src/latest-view.js';
import { HOUR, T0, alert, bytes, prediction } from './messages.js';

const NOW = { now: T0 + HOUR };

describe('predictions', () => {
  test('the latest one of each symbol is kept', () => {
    const view = new LatestView();
    view.acceptPrediction(bytes(prediction({ id: 'a1' })));
    view.acceptPrediction(bytes(prediction({ id: 'm1', symbol: 'MSFT' })));
    const { outcome, message } = view.acceptPrediction(bytes(prediction({ id: 'a2', ts: T0 + 1 })));
    assert.equal(outcome, 'accepted');
    assert.equal(message?.id, 'a2');
    assert.equal(view.prediction('AAPL', NOW)?.id, 'a2');
    assert.equal(view.prediction('MSFT', NOW)?.id, 'm1');
    assert.equal(view.prediction('TSLA', NOW), undefined);
    assert.deepEqual(view.symbols().sort(), ['AAPL', 'MSFT']);
    assert.deepEqual(view.predictions(NOW).map(({ id }) => id).sort(), ['a2', 'm1']);
  });

  test('a message that comes again is a duplicate, whatever came in between', () => {
    const view = new LatestView();
    view.acceptPrediction(bytes(prediction({ id: 'a1' })));
    view.acceptPrediction(bytes(prediction({ id: 'a2', ts: T0 + 1 })));
    assert.equal(view.acceptPrediction(bytes(prediction({ id: 'a1' }))).outcome, 'duplicate');
    assert.equal(view.acceptPrediction(bytes(prediction({ id: 'a2', ts: T0 + 1 }))).outcome, 'duplicate');
    // Scored again after a failure: produced later, and still the same prediction.
    const again = view.acceptPrediction(bytes(prediction({ id: 'a2', ts: T0 + 1, producedAt: T0 + 99 })));
    assert.equal(again.outcome, 'duplicate');
    assert.equal(again.message, undefined);
    assert.equal(view.counters().predictions.duplicate, 3);
    assert.equal(view.prediction('AAPL', NOW)?.producedAt, T0 + 10);
  });

  test('the id of the latest one is known even when its memory of ids is full', () => {
    const view = new LatestView({ maxIds: 1 });
    view.acceptPrediction(bytes(prediction({ id: 'a1' })));
    view.acceptPrediction(bytes(prediction({ id: 'm1', symbol: 'MSFT' })));
    assert.equal(view.acceptPrediction(bytes(prediction({ id: 'a1' }))).outcome, 'duplicate');
  });

  test('an older one is ignored, by event time and then by the time of production', () => {
    const view = new LatestView();
    view.acceptPrediction(bytes(prediction({ id: 'a1' })));
    assert.equal(view.acceptPrediction(bytes(prediction({ id: 'a2', ts: T0 - 1, producedAt: T0 + 99 }))).outcome, 'older');
    assert.equal(view.acceptPrediction(bytes(prediction({ id: 'a3', producedAt: T0 + 9 }))).outcome, 'older');
    assert.equal(view.prediction('AAPL', NOW)?.id, 'a1');
    assert.equal(view.acceptPrediction(bytes(prediction({ id: 'a4', producedAt: T0 + 11 }))).outcome, 'accepted');
    assert.equal(view.acceptPrediction(bytes(prediction({ id: 'a5', producedAt: T0 + 11 }))).outcome, 'accepted');
    assert.equal(view.prediction('AAPL', NOW)?.id, 'a5');
  });

  test('an expired one is returned only on request', () => {
    const view = new LatestView();
    view.acceptPrediction(bytes(prediction({ expiresAt: T0 + HOUR })));
    assert.ok(view.prediction('AAPL', { now: T0 + HOUR - 1 }));
    assert.equal(view.prediction('AAPL', { now: T0 + HOUR }), undefined);
    assert.equal(view.predictions({ now: T0 + HOUR }).length, 0);
    const expired = view.prediction('AAPL', { now: T0 + HOUR, allowExpired: true });
    assert.ok(expired && isExpired(expired, T0 + HOUR) && !isExpired(expired, T0));
    // Without a moment the clock counts, and it is later than this.
    assert.equal(view.prediction('AAPL'), undefined);
  });

  test('a degraded one says so and can be refused', () => {
    const view = new LatestView();
    view.acceptPrediction(bytes(prediction({ degraded: true, degradedReasons: ['LOAD_SHED'] })));
    assert.deepEqual(view.prediction('AAPL', NOW)?.degradedReasons, ['LOAD_SHED']);
    assert.equal(view.prediction('AAPL', { ...NOW, requireFull: true }), undefined);
    assert.equal(view.predictions({ ...NOW, requireFull: true }).length, 0);
  });

  test('fields that it does not know are ignored, and reasons that it does not know are passed on', () => {
    const view = new LatestView();
    const next = { ...prediction(), addedLater: { a: 1 }, degraded: true, degradedReasons: ['ADDED_LATER'] };
    assert.equal(view.acceptPrediction(bytes(next)).outcome, 'accepted');
    assert.deepEqual(view.prediction('AAPL', NOW)?.degradedReasons, ['ADDED_LATER']);
  });

  test('what may be null may be null', () => {
    const view = new LatestView();
    const message = { ...prediction({ interval: null, volatility: null }), driversBy: null };
    assert.equal(view.acceptPrediction(JSON.stringify(message)).outcome, 'accepted');
  });

  test('malformed messages are counted, and nothing else happens', () => {
    const view = new LatestView();
    view.acceptPrediction(bytes(prediction()));
    const without = (field: string): unknown => ({ ...prediction({ id: 'x', ts: T0 + 1 }), [field]: undefined });
    const malformed: [Uint8Array | string | null, RegExp][] = [
      [null, /no value/],
      ['', /not JSON/],
      ['{"id":', /not JSON/],
      [Buffer.from([0x7b, 0xff, 0x7d]), /not JSON/],
      ['null', /\$ is not of type object/],
      ['[]', /\$ is not of type object/],
      ['"text"', /\$ is not of type object/],
      [bytes(without('expiresAt')), /\$\.expiresAt is missing/],
      [bytes(without('models')), /\$\.models is missing/],
      [bytes(prediction({ ts: '1' as unknown as number })), /\$\.ts is not of type integer/],
      [bytes(prediction({ ts: 1.5 })), /\$\.ts is not of type integer/],
      [bytes(prediction({ direction: 'SIDEWAYS' as 'UP' })), /\$\.direction is none of UP, DOWN, NEUTRAL/],
      [bytes({ ...prediction(), probability: { up: 1 } }), /\$\.probability\.neutral is missing/],
      [bytes({ ...prediction(), models: [{}] }), /\$\.models\[0\]\.id is missing/],
      [JSON.stringify(prediction()).replace('0.0021', '1e999'), /\$\.expectedReturn is not of type number/],
      ['['.repeat(100_000), /not JSON/],
    ];
    for (const [value, problem] of malformed) {
      const accepted = view.acceptPrediction(value);
      assert.equal(accepted.outcome, 'malformed');
      assert.match(accepted.problem ?? '', problem);
    }
    assert.equal(view.counters().predictions.malformed, malformed.length);
    assert.equal(view.prediction('AAPL', NOW)?.id, prediction().id);
  });

  test('symbols that are not wanted are left out before they are parsed', () => {
    const view = new LatestView({ symbols: ['AAPL'] });
    assert.equal(view.acceptPrediction('not even JSON', 'MSFT').outcome, 'filtered');
    assert.equal(view.acceptPrediction(bytes(prediction({ symbol: 'MSFT' }))).outcome, 'filtered');
    assert.equal(view.acceptPrediction(bytes(prediction()), 'AAPL').outcome, 'accepted');
    assert.equal(view.acceptAlert(bytes(alert({ symbol: 'MSFT' }))).outcome, 'filtered');
    assert.equal(view.acceptAlert(bytes(alert())).outcome, 'accepted');
  });
});

describe('alerts', () => {
  const raised = alert({ id: 'VOLATILITY_SPIKE:p1' });
  const cleared = alert({ id: 'VOLATILITY_SPIKE:p2', state: 'cleared', severity: 'info', instance: 'vfr-2' });

  test('an alert is active until it is cleared, by whichever instance', () => {
    const view = new LatestView();
    view.acceptAlert(bytes(raised));
    view.acceptAlert(bytes(alert({ id: 'LOW_CONSENSUS:p1', type: 'LOW_CONSENSUS' })));
    assert.deepEqual(view.activeAlerts('AAPL').map(({ type }) => type), ['VOLATILITY_SPIKE', 'LOW_CONSENSUS']);
    assert.equal(view.acceptAlert(bytes(cleared)).outcome, 'accepted');
    assert.deepEqual(view.activeAlerts('AAPL').map(({ type }) => type), ['LOW_CONSENSUS']);
    assert.deepEqual(view.recentAlerts('AAPL').map(({ state }) => state), ['raised', 'raised', 'cleared']);
    assert.deepEqual(view.activeAlerts('MSFT'), []);
  });

  test('a raised alert that comes again after it was cleared stays cleared', () => {
    const view = new LatestView();
    view.acceptAlert(bytes(raised));
    view.acceptAlert(bytes(cleared));
    assert.equal(view.acceptAlert(bytes(raised)).outcome, 'duplicate');
    assert.deepEqual(view.activeAlerts('AAPL'), []);
    assert.equal(view.recentAlerts('AAPL').length, 2);
  });

  test('one that ends what was never seen to begin is recent only', () => {
    const view = new LatestView();
    view.acceptAlert(bytes(cleared));
    assert.deepEqual(view.activeAlerts('AAPL'), []);
    assert.equal(view.recentAlerts('AAPL').length, 1);
  });

  test('events, which nothing ever clears, are recent only', () => {
    const view = new LatestView();
    view.acceptAlert(bytes(alert({ id: 'SIGNAL_FLIP:p1', type: 'SIGNAL_FLIP' })));
    assert.deepEqual(view.activeAlerts('AAPL'), []);
    assert.equal(view.recentAlerts('AAPL').length, 1);
  });

  test('alerts that concern no symbol are told apart by what they are about', () => {
    const about = (change: Partial<Alert>): Buffer => bytes(alert({ symbol: null, ...change }));
    const view = new LatestView({ symbols: ['AAPL'] });
    view.acceptAlert(about({ id: 'MODEL_FAILED:a@1:p1', type: 'MODEL_FAILED' }));
    view.acceptAlert(about({ id: 'MODEL_FAILED:b@1:p1', type: 'MODEL_FAILED' }));
    view.acceptAlert(about({ id: 'MODEL_FAILED:a@1:p1x', type: 'MODEL_FAILED', instance: 'vfr-2' }));
    view.acceptAlert(about({ id: 'MODEL_FAILED:a@1:p2', type: 'MODEL_FAILED', state: 'cleared' }));
    assert.deepEqual(view.activeAlerts(null).map(({ id }) => id), ['MODEL_FAILED:b@1:p1', 'MODEL_FAILED:a@1:p1x']);
    view.acceptAlert(about({ id: 'FEATURE_DRIFT:a@1:raised:1', type: 'FEATURE_DRIFT' }));
    const ends = { id: 'FEATURE_DRIFT:a@1:cleared:2', type: 'FEATURE_DRIFT', state: 'cleared', instance: 'vfr-2' } as const;
    view.acceptAlert(about(ends));
    assert.equal(view.activeAlerts(null).length, 2);
    view.acceptAlert(bytes(raised));
    assert.equal(view.activeAlerts().length, 3);
    assert.equal(view.recentAlerts(null).length, 6);
  });

  test('a type that it does not know is an alert like any other', () => {
    const view = new LatestView();
    view.acceptAlert(bytes({ ...raised, type: 'ADDED_LATER' }));
    assert.equal(view.activeAlerts('AAPL').length, 1);
  });

  test('malformed ones are counted', () => {
    const view = new LatestView();
    assert.equal(view.acceptAlert('{}').outcome, 'malformed');
    assert.equal(view.acceptAlert(bytes({ ...raised, state: 'maybe' })).outcome, 'malformed');
    assert.equal(view.counters().alerts.malformed, 2);
  });
});

describe('bounds', () => {
  test('the symbol that was heard of longest ago makes room', () => {
    const view = new LatestView({ maxSymbols: 2 });
    view.acceptPrediction(bytes(prediction({ id: '1', symbol: 'A' })));
    view.acceptPrediction(bytes(prediction({ id: '2', symbol: 'B' })));
    view.acceptPrediction(bytes(prediction({ id: '3', symbol: 'A', ts: T0 + 1 })));
    view.acceptPrediction(bytes(prediction({ id: '4', symbol: 'C' })));
    assert.deepEqual(view.symbols(), ['A', 'C']);
    assert.equal(view.counters().evictedSymbols, 1);
  });

  test('ids that are too long ago are forgotten', () => {
    const view = new LatestView({ maxIds: 2 });
    for (const id of ['1', '2', '3']) {
      view.acceptAlert(bytes(alert({ id })));
    }
    assert.equal(view.acceptAlert(bytes(alert({ id: '2' }))).outcome, 'duplicate');
    assert.equal(view.acceptAlert(bytes(alert({ id: '1' }))).outcome, 'accepted');
  });

  test('alerts are bounded by symbol, by symbols, and where they concern none', () => {
    const view = new LatestView({ maxSymbols: 3, maxAlertsPerSymbol: 2, maxInstanceAlerts: 4 });
    for (let i = 0; i < 50; i++) {
      const type = `TYPE_${i}` as Alert['type'];
      view.acceptAlert(bytes(alert({ id: `a${i}`, type, symbol: `S${i % 10}` })));
      view.acceptAlert(bytes(alert({ id: `i${i}`, type, symbol: null })));
    }
    assert.equal(view.recentAlerts(null).length, 4);
    assert.equal(view.activeAlerts(null).length, 4);
    assert.equal(view.activeAlerts().length, 4 + 3 * 1);
    for (let i = 0; i < 50; i++) {
      view.acceptAlert(bytes(alert({ id: `b${i}`, type: `TYPE_${i}` as Alert['type'], symbol: 'S9' })));
    }
    assert.deepEqual(view.recentAlerts('S9').map(({ id }) => id), ['b48', 'b49']);
    assert.equal(view.activeAlerts('S9').length, 2);
  });

  test('bounds that are none are errors', () => {
    assert.throws(() => new LatestView({ maxSymbols: 0 }), /maxSymbols must be a whole number of at least 1, not 0/);
    assert.throws(() => new LatestView({ maxIds: 1.5 }), TypeError);
  });
});
