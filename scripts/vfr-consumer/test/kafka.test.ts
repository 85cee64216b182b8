// Against a real broker: VFR_TEST_BOOTSTRAP=127.0.0.1:9092 npm test
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { after, before, describe, test } from 'node:test';
import kafkajs, { type Admin, type Producer } from 'kafkajs';
import type { Prediction } from '../src/generated/prediction.js';
import { createVfrConsumer, type VfrConsumer, type VfrConsumerOptions } from '../src/index.js';
import { alert, bytes, prediction, until } from './messages.js';

const bootstrap = process.env['VFR_TEST_BOOTSTRAP'];
const skip = bootstrap === undefined ? 'VFR_TEST_BOOTSTRAP names no broker' : false;
const PARTITIONS = 4;
const DAY = 86_400_000;

describe('with a broker', { skip, timeout: 180_000 }, () => {
  const kafka = new kafkajs.Kafka({ brokers: [bootstrap ?? 'none:1'], logLevel: kafkajs.logLevel.NOTHING });
  const consumers: VfrConsumer[] = [];
  const topicsMade: string[] = [];
  const now = Date.now();
  let admin: Admin;
  let producer: Producer;

  before(async () => {
    admin = kafka.admin();
    producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await admin.connect();
    await producer.connect();
  });

  after(async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    await admin.deleteTopics({ topics: topicsMade });
    await producer.disconnect();
    await admin.disconnect();
  });

  interface TestTopics {
    readonly predictionsTopic: string;
    readonly alertsTopic: string;
  }

  async function newTopics(): Promise<TestTopics> {
    const id = randomUUID();
    const names = { predictionsTopic: `vfr.predictions-${id}`, alertsTopic: `vfr.alerts-${id}` };
    const topics = Object.values(names);
    await admin.createTopics({
      waitForLeaders: true,
      topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS })),
    });
    topicsMade.push(...topics);
    return names;
  }

  function consumerOf(options: Partial<VfrConsumerOptions>): VfrConsumer {
    const consumer = createVfrConsumer({ brokers: [bootstrap ?? ''], reconnectMinMs: 50, reconnectMaxMs: 500, ...options });
    consumers.push(consumer);
    return consumer;
  }

  function fresh(change: Partial<Prediction>): Prediction {
    return prediction({ ts: now, producedAt: now, expiresAt: now + DAY, ...change });
  }

  async function send(topic: string, ...messages: { symbol?: string | null }[]): Promise<void> {
    const records = messages.map((message) => ({ key: message.symbol ?? 'vfr-1', value: bytes(message) }));
    await producer.send({ topic, messages: records });
  }

  const isCaughtUp = (consumer: VfrConsumer) => (): boolean => {
    const { state, lag } = consumer.status();
    return state === 'live' && lag === 0;
  };

  test('latest by symbol, duplicates, expiry, alerts, bad messages', async () => {
    const topics = await newTopics();
    // Before the start: within the rewind.
    await send(
      topics.predictionsTopic,
      fresh({ id: 'a1' }),
      fresh({ id: 'a2', ts: now + 1 }),
      fresh({ id: 'm1', symbol: 'MSFT' }),
      fresh({ id: 'x1', symbol: 'XOM', expiresAt: now - 1 }),
    );
    const raised = alert({ id: 'VOLATILITY_SPIKE:a1', ts: now });
    await send(topics.alertsTopic, raised, alert({ id: 'LOW_CONSENSUS:a1', type: 'LOW_CONSENSUS' }));

    const consumer = consumerOf(topics);
    const heard: string[] = [];
    consumer.onPrediction(({ id }) => heard.push(id));
    consumer.start();
    await until('what was there before', isCaughtUp(consumer));
    assert.equal(consumer.prediction('AAPL')?.id, 'a2');
    assert.equal(consumer.prediction('MSFT')?.id, 'm1');
    assert.equal(consumer.prediction('XOM'), undefined);
    assert.equal(consumer.prediction('XOM', { allowExpired: true })?.id, 'x1');
    assert.equal(consumer.activeAlerts('AAPL').length, 2);

    // While it runs: a duplicate, an older one, what is no message, and a newer one.
    await producer.send({ topic: topics.predictionsTopic, messages: [{ key: 'AAPL', value: 'no JSON' }] });
    await send(
      topics.predictionsTopic,
      fresh({ id: 'a2', ts: now + 1 }),
      fresh({ id: 'a0', ts: now - 1 }),
      fresh({ id: 'a3', ts: now + 2, degraded: true, degradedReasons: ['WARMING_UP'] }),
    );
    await send(topics.alertsTopic, alert({ id: 'VOLATILITY_SPIKE:a3', state: 'cleared' }), raised);
    await until('the newer one', () => consumer.prediction('AAPL')?.id === 'a3');
    await until('the cleared alert', () => consumer.activeAlerts('AAPL').length === 1);
    assert.equal(consumer.prediction('AAPL', { requireFull: true }), undefined);
    await until('the duplicate alert', () => consumer.status().counters.alerts.duplicate === 1);
    const { duplicate, older, malformed } = consumer.status().counters.predictions;
    assert.deepEqual([duplicate, older, malformed], [1, 1, 1]);
    assert.equal(new Set(heard).size, heard.length, 'nothing is told twice');
  });

  test('a new process reads back so many records of each partition and no more', async () => {
    const topics = await newTopics();
    const many = Array.from({ length: 50 }, (_, i) => fresh({ id: `${i}`, ts: now + i }));
    await send(topics.predictionsTopic, ...many);
    const consumer = consumerOf({ ...topics, rewindPredictions: 10 });
    consumer.start();
    await until('the rewind', isCaughtUp(consumer));
    assert.equal(consumer.prediction('AAPL')?.id, '49');
    assert.equal(consumer.status().counters.predictions.accepted, 10);

    const young = consumerOf({ ...topics, rewindMs: 0 });
    young.start();
    await until('nothing', isCaughtUp(young));
    assert.equal(young.prediction('AAPL'), undefined);
    await send(topics.predictionsTopic, fresh({ id: '50', ts: now + 50 }));
    await until('the next one', () => young.prediction('AAPL')?.id === '50');
  });

  test('what a transaction did not commit is never seen, and its markers are no lag', async () => {
    const topics = await newTopics();
    const transactional = kafka.producer({
      transactionalId: randomUUID(),
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await transactional.connect();
    const write = async (message: Prediction, commit: boolean): Promise<void> => {
      const transaction = await transactional.transaction();
      await transaction.send({ topic: topics.predictionsTopic, messages: [{ key: message.symbol, value: bytes(message) }] });
      await (commit ? transaction.commit() : transaction.abort());
    };
    const consumer = consumerOf(topics);
    consumer.start();
    await until('live', isCaughtUp(consumer));
    await write(fresh({ id: 'committed' }), true);
    await write(fresh({ id: 'aborted', ts: now + 1 }), false);
    await write(fresh({ id: 'm1', symbol: 'MSFT' }), true);
    await until('the last one', () => consumer.prediction('MSFT') !== undefined);
    await until('no lag', isCaughtUp(consumer));
    assert.equal(consumer.prediction('AAPL')?.id, 'committed');
    await transactional.disconnect();
  });

  test('it leaves no consumer group behind', async () => {
    const topics = await newTopics();
    const groupIdPrefix = `vfr-test-${randomUUID()}`;
    const consumer = consumerOf({ ...topics, groupIdPrefix });
    const groups = async (): Promise<string[]> =>
      (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(groupIdPrefix));
    consumer.start();
    await until('live', isCaughtUp(consumer));
    assert.equal((await groups()).length, 1);
    await consumer.stop();
    const { groups: left } = await admin.describeGroups(await groups());
    assert.ok(left.every(({ state, members }) => state !== 'Stable' && members.length === 0));
  });

  test('start returns at once while nothing listens, and it goes live when the broker comes', async () => {
    const topics = await newTopics();
    await send(topics.predictionsTopic, fresh({ id: 'a1' }));
    const port = await freePort();
    const consumer = consumerOf({ ...topics, brokers: [`127.0.0.1:${port}`] });
    const begun = performance.now();
    consumer.start();
    assert.equal(consumer.prediction('AAPL'), undefined);
    assert.ok(performance.now() - begun < 50, 'start does not wait');
    await until('failed attempts', () => consumer.status().failures >= 2);
    assert.equal(consumer.status().state, 'connecting');
    assert.match(consumer.status().lastError ?? '', /ECONNREFUSED|Connection error/);
    assert.equal(consumer.prediction('AAPL'), undefined);

    // The broker is there now: the port leads to it.
    const door = await forward(port, bootstrap ?? '');
    await until('the prediction', () => consumer.prediction('AAPL')?.id === 'a1');
    assert.equal(consumer.status().state, 'live');
    await consumer.stop();
    door.close();
  });

  test('topics that are not there yet are waited for', async () => {
    const consumer = consumerOf({ predictionsTopic: `vfr.none-${randomUUID()}` });
    consumer.start();
    await until('a failed attempt', () => consumer.status().failures >= 1);
    assert.equal(consumer.status().state, 'connecting');
    await consumer.stop();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function forward(port: number, target: string): Promise<Server> {
  const [host, targetPort] = target.split(':');
  const server = createServer((socket) => {
    const upstream = connect(Number(targetPort), host);
    socket.pipe(upstream).pipe(socket);
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}
