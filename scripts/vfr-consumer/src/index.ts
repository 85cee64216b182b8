import { VfrConsumer, type ConsumerOptions } from './consumer.js';
import { KafkaFeed, type KafkaFeedOptions } from './kafka/feed.js';

export type { Alert } from './generated/alert.js';
export type { Prediction } from './generated/prediction.js';
export * from './consumer.js';
export * from './feed.js';
export { KafkaFeed, type KafkaFeedOptions } from './kafka/feed.js';
export {
  LatestView,
  isExpired,
  type Accepted,
  type LatestViewOptions,
  type MessageCounters,
  type MessageValue,
  type Outcome,
  type PredictionQuery,
  type ViewCounters,
} from './latest-view.js';

export type VfrConsumerOptions = KafkaFeedOptions & ConsumerOptions;

/** A consumer of Kafka. Throws a TypeError if an option is wrong; it reads nothing before `start()`. */
export function createVfrConsumer(options: VfrConsumerOptions): VfrConsumer {
  return new VfrConsumer(new KafkaFeed(options), options);
}
