#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { createVfrConsumer, type Alert, type Prediction, type VfrConsumer } from './index.js';

const USAGE = `Prints predictions and alerts as they come, until interrupted.

Usage: vfr-consumer [--bootstrap HOST:PORT,...] [--symbols A,B,...] [options]

  --bootstrap LIST     brokers to connect to first        (127.0.0.1:9092)
  --symbols LIST       symbols to print                   (every symbol)
  --rewind N           predictions of each partition to begin with (0)
  --full               leave out degraded predictions
  --json               print the messages as they are
  --ssl                connect with TLS
  --help               print this

Exit codes: 0 ended, 2 usage.`;

interface Arguments {
  readonly brokers: string[];
  readonly symbols: string[] | undefined;
  readonly rewind: number;
  readonly full: boolean;
  readonly json: boolean;
  readonly ssl: boolean;
}

class UsageError extends Error {}

function parse(args: string[]): Arguments | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      bootstrap: { type: 'string', default: '127.0.0.1:9092' },
      symbols: { type: 'string' },
      rewind: { type: 'string', default: '0' },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      ssl: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    return 'help';
  }
  if (!/^\d+$/.test(values.rewind)) {
    throw new UsageError(`--rewind must be a whole number, not '${values.rewind}'`);
  }
  return {
    brokers: list('--bootstrap', values.bootstrap),
    symbols: values.symbols === undefined ? undefined : list('--symbols', values.symbols),
    rewind: Number(values.rewind),
    full: values.full,
    json: values.json,
    ssl: values.ssl,
  };
}

function list(option: string, value: string): string[] {
  const items = value.split(',').map((item) => item.trim());
  if (items.includes('')) {
    throw new UsageError(`${option} must be a list separated by commas, not '${value}'`);
  }
  return items;
}

function watch(args: Arguments): VfrConsumer {
  const consumer = createVfrConsumer({
    brokers: args.brokers,
    ssl: args.ssl,
    rewindPredictions: args.rewind,
    rewindAlerts: args.rewind,
    ...(args.symbols === undefined ? {} : { symbols: args.symbols }),
  });
  const print = <T>(message: T, text: (message: T) => string): void =>
    console.log(args.json ? JSON.stringify(message) : text(message));
  consumer.onPrediction((prediction) => {
    if (!(args.full && prediction.degraded)) {
      print(prediction, predictionLine);
    }
  });
  consumer.onAlert((alert) => print(alert, alertLine));
  consumer.onStatus(({ state, lastError }) => {
    const waits = state === 'connecting' || state === 'stale';
    console.error(`vfr-consumer: ${state}${waits && lastError !== undefined ? ` (${lastError})` : ''}`);
  });
  return consumer;
}

function predictionLine(prediction: Prediction): string {
  return [
    new Date(prediction.ts).toISOString(),
    prediction.symbol.padEnd(12),
    prediction.direction.padEnd(7),
    `${(100 * prediction.expectedReturn).toFixed(3)} %`.padStart(10),
    `confidence ${prediction.confidence.toFixed(2)}`,
    prediction.degraded ? `degraded ${prediction.degradedReasons.join(',')}` : '',
  ]
    .join('  ')
    .trimEnd();
}

function alertLine(alert: Alert): string {
  return [new Date(alert.ts).toISOString(), alert.symbol ?? '-', alert.severity, alert.type, alert.state, alert.message].join('  ');
}

function main(): void {
  let consumer: VfrConsumer;
  try {
    const args = parse(process.argv.slice(2));
    if (args === 'help') {
      console.log(USAGE);
      return;
    }
    consumer = watch(args);
  } catch (error) {
    if (error instanceof UsageError || error instanceof TypeError) {
      console.error(`vfr-consumer: ${error.message}\n\n${USAGE}`);
      process.exitCode = 2;
      return;
    }
    throw error;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void consumer.stop());
  }
  // A reader that has seen enough, such as head, closes the pipe.
  process.stdout.on('error', () => process.exit(0));
  consumer.start();
}

main();
