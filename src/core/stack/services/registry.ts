import { clickhouse } from './clickhouse.js';
import { kafka } from './kafka.js';
import { postgres } from './postgres.js';
import { prometheus } from './prometheus.js';
import type { Service, ServiceName } from './service.js';

/** Every service that a stack may have, in the order in which they are shown. */
export const services = { kafka, postgres, clickhouse, prometheus } as const satisfies Record<ServiceName, Service>;
