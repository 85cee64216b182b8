import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VfrConsumer, type ConsumerOptions } from '../src/consumer.js';
import type { Feed, FeedHandlers, FeedRecord } from '../src/feed.js';
import { createVfrConsumer } from '../src/index.js';
import { T0, alert, bytes, prediction, until } from './messages.js';

const QUICK: ConsumerOptions = { reconnectMinMs: 1, reconnectMaxMs: 5 };
const ANY_AGE = { allowExpired: true };

/** A feed that tests drive. Each session lasts until it is broken or aborted. */
class FakeFeed implements Feed {
  sessions = 0;
  handlers: FeedHandlers | undefined;
  refuse = false;
  #break: (error: Error) => void = () => undefined;

  async run(handlers: FeedHandlers, signal: AbortSignal): Promise<void> {
    this.sessions++;
    if (this.refuse) {
      throw new Error('connection refused');
    }
    this.handlers = handlers;
    handlers.connected();
    await new Promise<void>((resolve, reject) => {
      this.#break = reject;
      signal.addEventListener('abort', () => resolve());
    });
  }

  breakOff(): void {
    this.#break(new Error('broken'));
  }

  async send(...messages: object[]): Promise<void> {
    await this.handlers?.records('predictions', messages.map(record));
  }
}

function record(message: object): FeedRecord {
  return { key: undefined, value: bytes(message) };
}

test('reads in the background and answers from memory', async () => {
  const feed = new FakeFeed();
  const consumer = new VfrConsumer(feed, QUICK);
  const states: string[] = [];
  consumer.onStatus(({ state }) => states.push(state));
  assert.equal(consumer.status().state, 'stopped');
  consumer.start();
  consumer.start();
  assert.equal(consumer.status().state, 'connecting');
  await until('live', () => consumer.status().state === 'live');
  await feed.send(prediction());
  await feed.handlers?.records('alerts', [record(alert())]);
  feed.handlers?.lag('a', 3);
  feed.handlers?.lag('b', 4);
  assert.equal(consumer.prediction('AAPL', ANY_AGE)?.id, prediction().id);
  assert.equal(consumer.predictions(ANY_AGE).length, 1);
  assert.equal(consumer.activeAlerts('AAPL').length, 1);
  assert.equal(consumer.recentAlerts('AAPL').length, 1);
  assert.equal(consumer.status().lag, 7);
  assert.ok(consumer.status().lastMessageAt !== undefined);
  await consumer.stop();
  await consumer.stop();
  assert.deepEqual(states, ['connecting', 'live', 'stopped']);
  assert.equal(feed.sessions, 1);
  assert.ok(consumer.prediction('AAPL', ANY_AGE), 'memory outlives the stop');
});

test('start returns while nothing answers, and it connects when something does', async () => {
  const feed = new FakeFeed();
  feed.refuse = true;
  const consumer = new VfrConsumer(feed, QUICK);
  consumer.start();
  await until('attempts', () => feed.sessions >= 3);
  assert.equal(consumer.status().state, 'connecting');
  assert.equal(consumer.status().lastError, 'connection refused');
  assert.equal(consumer.prediction('AAPL'), undefined);
  assert.equal(consumer.status().lag, undefined);
  feed.refuse = false;
  await until('live', () => consumer.status().state === 'live');
  await consumer.stop();
});

test('a session that breaks is begun anew, and what is known stays', async () => {
  const feed = new FakeFeed();
  const consumer = new VfrConsumer(feed, QUICK);
  const states: string[] = [];
  consumer.onStatus(({ state }) => states.push(state));
  consumer.start();
  await until('live', () => consumer.status().state === 'live');
  await feed.send(prediction());
  feed.breakOff();
  await until('a second session', () => feed.sessions === 2 && consumer.status().state === 'live');
  assert.equal(consumer.status().failures, 1);
  assert.ok(consumer.prediction('AAPL', ANY_AGE));
  await feed.send(prediction());
  assert.equal(consumer.status().counters.predictions.duplicate, 1);
  await consumer.stop();
  assert.deepEqual(states, ['connecting', 'live', 'stale', 'live', 'stopped']);
});

test('brokers that fall silent make it stale and the session anew', async () => {
  const feed = new FakeFeed();
  const consumer = new VfrConsumer(feed, { ...QUICK, staleAfterMs: 100 });
  const states: string[] = [];
  consumer.onStatus(({ state }) => states.push(state));
  consumer.start();
  await until('live', () => consumer.status().state === 'live');
  await until('stale', () => consumer.status().state === 'stale');
  await until('a second session', () => feed.sessions === 2);
  assert.match(consumer.status().lastError ?? '', /silent/);
  await consumer.stop();
});

test('a session that is over delivers nothing any more', async () => {
  const feed = new FakeFeed();
  const consumer = new VfrConsumer(feed, QUICK);
  consumer.start();
  await until('live', () => consumer.status().state === 'live');
  const old = feed.handlers;
  await consumer.stop();
  await old?.records('predictions', [record(prediction())]);
  old?.connected();
  old?.lag('a', 1);
  assert.equal(consumer.prediction('AAPL', ANY_AGE), undefined);
  assert.equal(consumer.status().state, 'stopped');
  assert.equal(consumer.status().lag, undefined);
});

test('it can be started again after a stop', async () => {
  const feed = new FakeFeed();
  const consumer = new VfrConsumer(feed, QUICK);
  consumer.start();
  await until('live', () => consumer.status().state === 'live');
  const stopped = consumer.stop();
  consumer.start();
  await stopped;
  await until('live again', () => consumer.status().state === 'live');
  assert.equal(feed.sessions, 2);
  await consumer.stop();
});

test('listeners hear of what is new, and their exceptions are counted', async () => {
  const feed = new FakeFeed();
  const consumer = new VfrConsumer(feed, QUICK);
  const heard: string[] = [];
  consumer.onPrediction(() => {
    throw new Error('a listener');
  });
  consumer.onPrediction(() => Promise.reject(new Error('a listener, later')));
  const leave = consumer.onPrediction(({ id }) => heard.push(id));
  consumer.onAlert(({ id }) => heard.push(id));
  consumer.start();
  await until('live', () => consumer.status().state === 'live');
  await feed.send(prediction({ id: '1' }), prediction({ id: '1' }), prediction({ id: '0', ts: T0 - 1 }), { bad: true });
  await feed.handlers?.records('alerts', [record(alert({ id: 'alert' }))]);
  leave();
  await feed.send(prediction({ id: '2', ts: T0 + 1 }));
  assert.deepEqual(heard, ['1', 'alert']);
  assert.equal(consumer.status().listenerErrors, 4);
  const { accepted, duplicate, older, malformed } = consumer.status().counters.predictions;
  assert.deepEqual([accepted, duplicate, older, malformed], [2, 1, 1, 1]);
  await consumer.stop();
});

test('a burst leaves other work its turns', async () => {
  const feed = new FakeFeed();
  const consumer = new VfrConsumer(feed, { ...QUICK, sliceMs: 1 });
  consumer.start();
  await until('live', () => consumer.status().state === 'live');
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const burst = Array.from({ length: 5_000 }, (_, i) => prediction({ id: `${i}`, symbol: `S${i}` }));
  await feed.send(...burst);
  clearInterval(timer);
  assert.ok(turns >= 5, `${turns} turns`);
  assert.equal(consumer.predictions(ANY_AGE).length, 5_000);
  await consumer.stop();
});

test('wrong options are errors at once', () => {
  assert.throws(() => createVfrConsumer({ brokers: [] }), /brokers must be a list of host:port/);
  assert.throws(() => createVfrConsumer({ brokers: ['localhost'] }), /brokers must be a list of host:port/);
  assert.throws(() => createVfrConsumer({ brokers: ['a:1'], rewindAlerts: -1 }), /rewindAlerts must be a whole number/);
  assert.throws(() => createVfrConsumer({ brokers: ['a:1'], sliceMs: 0 }), /sliceMs must be a whole number/);
});
