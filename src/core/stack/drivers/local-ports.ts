import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { missingError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { describeHolder } from '../net/port-holder.js';
import { loopback } from '../net/ports.js';
import type { PortReservations } from '../net/reservation.js';
import { type ServiceName, serviceNames } from '../services/service.js';

const schema = z.partialRecord(z.enum(serviceNames), z.int());

export type Ports = Partial<Record<ServiceName, number>>;

/** The ports that a home's services had at their last start; they keep them. */
export function readPorts(home: Home): Ports {
  try {
    return schema.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')));
  } catch {
    return {};
  }
}

export function writePorts(home: Home, ports: Ports): void {
  writeFileSync(`${fileOf(home)}.new`, `${JSON.stringify(ports)}\n`);
  renameSync(`${fileOf(home)}.new`, fileOf(home));
}

export interface PortWish {
  name: ServiceName;
  port: number;
}

/**
 * A port for each service about to start, kept for it until the reservations are released. Throws a missing error that names
 * who holds a taken one, unless any will do.
 */
export async function planPorts(
  wishes: readonly PortWish[],
  anyPort: boolean,
  random: () => number,
  reservations: PortReservations,
): Promise<Ports> {
  const planned: Ports = {};
  const refused: string[] = [];
  for (const { name, port } of wishes) {
    if (await reservations.take(port)) planned[name] = port;
    else if (anyPort) planned[name] = await reservations.takeAny(random);
    else refused.push(`${name}: port ${port} on ${loopback} is taken by ${describeHolder(port)}`);
  }
  if (refused.length > 0)
    throw missingError(
      refused.join('\n'),
      'Stop what holds it, let free ports be taken: pipe up --any-port, or set others under "ports:" in pipe.yaml.',
      'PORT_TAKEN',
    );
  return planned;
}

function fileOf(home: Home): string {
  return join(home.root, 'ports.json');
}
