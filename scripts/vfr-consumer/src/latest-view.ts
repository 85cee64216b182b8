import { BoundedMap, BoundedSet } from './bounded.js';
import type { Alert } from './generated/alert.js';
import type { Prediction } from './generated/prediction.js';
import { alertShape, predictionShape } from './generated/shapes.js';
import { wholeNumber } from './options.js';
import { mismatch, type Shape } from './shape.js';

export interface LatestViewOptions {
  /** Symbols to keep; every symbol if absent. */
  readonly symbols?: Iterable<string>;
  /** Most symbols kept; the one that was heard of longest ago goes first. */
  readonly maxSymbols?: number;
  /** Most active and most recent alerts kept of one symbol. */
  readonly maxAlertsPerSymbol?: number;
  /** Most active and most recent alerts kept that concern no symbol. */
  readonly maxInstanceAlerts?: number;
  /** How many ids of predictions, and how many of alerts, are remembered to recognise duplicates. */
  readonly maxIds?: number;
}

export interface PredictionQuery {
  /** The moment that expiry is judged by, epoch milliseconds; the clock if absent. */
  readonly now?: number;
  /** Whether an expired prediction is returned, too. */
  readonly allowExpired?: boolean;
  /** Whether a degraded prediction is left out. */
  readonly requireFull?: boolean;
}

/** What became of a message. */
export type Outcome = 'accepted' | 'duplicate' | 'older' | 'filtered' | 'malformed';

export interface Accepted<T> {
  readonly outcome: Outcome;
  /** The message; only if it was accepted. */
  readonly message?: Readonly<T>;
  /** What is wrong with it; only if it was malformed. */
  readonly problem?: string;
}

export type MessageCounters = Readonly<Record<Outcome, number>>;

export interface ViewCounters {
  readonly predictions: MessageCounters;
  readonly alerts: MessageCounters;
  /** Symbols that were forgotten to make room. */
  readonly evictedSymbols: number;
}

/** Value of a record: JSON text, or its UTF-8 bytes. */
export type MessageValue = string | Uint8Array | null | undefined;

/** Alerts that tell an event: they are raised and never cleared, so they are recent but never active. */
const EVENTS: ReadonlySet<string> = new Set(['SIGNAL_FLIP', 'MODEL_LOADED', 'MODEL_ROLLED_BACK']);

/** Alerts about the whole application; whichever instance looks after it raises and clears them. */
const APPLICATION_WIDE: ReadonlySet<string> = new Set(['FEATURE_DRIFT', 'CALIBRATION_DRIFT', 'MISPARTITIONED_INPUT']);

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Whether a prediction should no longer be used. */
export function isExpired(prediction: Pick<Prediction, 'expiresAt'>, now: number = Date.now()): boolean {
  return now >= prediction.expiresAt;
}

/**
 * The latest prediction and the alerts of each symbol, in bounded memory. Messages go in in the order of their
 * partition; nothing that goes in makes it throw. Knows nothing of Kafka.
 */
export class LatestView {
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #predictions: BoundedMap<string, Prediction>;
  readonly #predictionIds: BoundedSet<string>;
  readonly #alerts: BoundedMap<string, AlertLog>;
  readonly #instanceAlerts: AlertLog;
  readonly #alertIds: BoundedSet<string>;
  readonly #maxAlertsPerSymbol: number;
  readonly #counts = { predictions: noMessages(), alerts: noMessages() };
  #evictedSymbols = 0;

  constructor(options: LatestViewOptions = {}) {
    const maxSymbols = wholeNumber('maxSymbols', options.maxSymbols, 10_000);
    const maxIds = wholeNumber('maxIds', options.maxIds, 50_000);
    this.#wanted = options.symbols === undefined ? undefined : new Set(options.symbols);
    this.#predictions = new BoundedMap(maxSymbols);
    this.#predictionIds = new BoundedSet(maxIds);
    this.#alerts = new BoundedMap(maxSymbols);
    this.#instanceAlerts = new AlertLog(wholeNumber('maxInstanceAlerts', options.maxInstanceAlerts, 1_000));
    this.#alertIds = new BoundedSet(maxIds);
    this.#maxAlertsPerSymbol = wholeNumber('maxAlertsPerSymbol', options.maxAlertsPerSymbol, 20);
  }

  /**
   * Takes a record of vfr.predictions.
   *
   * @param key the record's key, which is its symbol: what is not wanted is then not even parsed
   */
  acceptPrediction(value: MessageValue, key?: string): Accepted<Prediction> {
    return this.#counted(this.#counts.predictions, () => {
      if (key !== undefined && !this.#wants(key)) {
        return { outcome: 'filtered' };
      }
      const parsed = parse<Prediction>(value, predictionShape);
      return parsed.message === undefined ? parsed : this.#keepPrediction(parsed.message);
    });
  }

  /** Takes a record of vfr.alerts. */
  acceptAlert(value: MessageValue): Accepted<Alert> {
    return this.#counted(this.#counts.alerts, () => {
      const parsed = parse<Alert>(value, alertShape);
      return parsed.message === undefined ? parsed : this.#keepAlert(parsed.message);
    });
  }

  /** The latest prediction of a symbol; undefined if there is none, or none that the query allows. */
  prediction(symbol: string, query: PredictionQuery = {}): Readonly<Prediction> | undefined {
    const latest = this.#predictions.get(symbol);
    return latest !== undefined && allows(query, latest) ? latest : undefined;
  }

  /** The latest prediction of every symbol, those that the query allows. */
  predictions(query: PredictionQuery = {}): Readonly<Prediction>[] {
    const now = query.now ?? Date.now();
    return [...this.#predictions.values()].filter((latest) => allows({ ...query, now }, latest));
  }

  /** Symbols that a prediction is known of, expired or not. */
  symbols(): string[] {
    return [...this.#predictions.keys()];
  }

  /**
   * Alerts that are raised and not cleared, in the order they were raised: of a symbol, with null those that
   * concern no symbol, and without an argument all.
   */
  activeAlerts(symbol?: string | null): Readonly<Alert>[] {
    if (symbol === undefined) {
      return [this.#instanceAlerts, ...this.#alerts.values()].flatMap((log) => log.active());
    }
    return this.#log(symbol)?.active() ?? [];
  }

  /** The last alerts of a symbol, raised or cleared, or with null of no symbol; oldest first. */
  recentAlerts(symbol: string | null): Readonly<Alert>[] {
    return this.#log(symbol)?.recent() ?? [];
  }

  counters(): ViewCounters {
    return {
      predictions: { ...this.#counts.predictions },
      alerts: { ...this.#counts.alerts },
      evictedSymbols: this.#evictedSymbols,
    };
  }

  #keepPrediction(next: Prediction): Accepted<Prediction> {
    if (!this.#wants(next.symbol)) {
      return { outcome: 'filtered' };
    }
    const known = this.#predictions.get(next.symbol);
    if (known?.id === next.id || this.#predictionIds.has(next.id)) {
      return { outcome: 'duplicate' };
    }
    this.#predictionIds.add(next.id);
    if (known !== undefined && isOlder(next, known)) {
      return { outcome: 'older' };
    }
    if (this.#predictions.set(next.symbol, next)) {
      this.#evictedSymbols++;
    }
    return { outcome: 'accepted', message: next };
  }

  #keepAlert(alert: Alert): Accepted<Alert> {
    const symbol = alert.symbol ?? null;
    if (symbol !== null && !this.#wants(symbol)) {
      return { outcome: 'filtered' };
    }
    if (this.#alertIds.has(alert.id)) {
      return { outcome: 'duplicate' };
    }
    this.#alertIds.add(alert.id);
    const log = this.#log(symbol) ?? new AlertLog(this.#maxAlertsPerSymbol);
    log.add(alert);
    if (symbol !== null) {
      this.#alerts.set(symbol, log);
    }
    return { outcome: 'accepted', message: alert };
  }

  #log(symbol: string | null): AlertLog | undefined {
    return symbol === null ? this.#instanceAlerts : this.#alerts.get(symbol);
  }

  #wants(symbol: string): boolean {
    return this.#wanted === undefined || this.#wanted.has(symbol);
  }

  #counted<T>(counts: Record<Outcome, number>, accept: () => Accepted<T>): Accepted<T> {
    const accepted = accept();
    counts[accepted.outcome]++;
    return accepted;
  }
}

/** The active and the last alerts of one symbol, or of no symbol. */
class AlertLog {
  readonly #max: number;
  readonly #active: BoundedMap<string, Alert>;
  readonly #recent: Alert[] = [];

  constructor(max: number) {
    this.#max = max;
    this.#active = new BoundedMap(max);
  }

  add(alert: Alert): void {
    this.#recent.push(alert);
    if (this.#recent.length > this.#max) {
      this.#recent.shift();
    }
    if (alert.state === 'cleared') {
      this.#active.delete(condition(alert));
    } else if (!EVENTS.has(alert.type)) {
      this.#active.set(condition(alert), alert);
    }
  }

  active(): Alert[] {
    return [...this.#active.values()];
  }

  recent(): Alert[] {
    return [...this.#recent];
  }
}

/** What an alert is about: the alert that ends a condition has the same as the one that began it. */
function condition(alert: Alert): string {
  if (typeof alert.symbol === 'string') {
    // Another instance may clear it than the one that raised it.
    return alert.type;
  }
  // Ids read TYPE:subject:…; the subject is the model, the topic or the instance.
  const [type, subject] = alert.id.split(':');
  const about = type === alert.type && subject !== undefined ? subject : '';
  return [alert.type, about, APPLICATION_WIDE.has(alert.type) ? '' : alert.instance].join('|');
}

/** By event time, then by the time of production; of two that are equal in both the one that arrives later counts. */
function isOlder(one: Prediction, other: Prediction): boolean {
  return one.ts !== other.ts ? one.ts < other.ts : one.producedAt < other.producedAt;
}

function allows(query: PredictionQuery, prediction: Prediction): boolean {
  return (
    (query.allowExpired === true || !isExpired(prediction, query.now ?? Date.now())) &&
    (query.requireFull !== true || !prediction.degraded)
  );
}

function parse<T>(value: MessageValue, shape: Shape): Accepted<T> {
  if (value === null || value === undefined) {
    return { outcome: 'malformed', problem: 'no value' };
  }
  let message: unknown;
  try {
    message = JSON.parse(typeof value === 'string' ? value : UTF_8.decode(value));
  } catch (error) {
    return { outcome: 'malformed', problem: `not JSON: ${(error as Error).message}` };
  }
  const problem = mismatch(shape, message);
  return problem === undefined
    ? { outcome: 'accepted', message: message as Readonly<T> }
    : { outcome: 'malformed', problem };
}

function noMessages(): Record<Outcome, number> {
  return { accepted: 0, duplicate: 0, older: 0, filtered: 0, malformed: 0 };
}
