import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planPorts } from '../../../../src/core/stack/drivers/local-ports.js';
import { holderOf } from '../../../../src/core/stack/net/port-holder.js';
import { freePort, isFree } from '../../../../src/core/stack/net/ports.js';
import { PortReservations } from '../../../../src/core/stack/net/reservation.js';

let server: Server;
let taken: number;

beforeEach(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  taken = (server.address() as { port: number }).port;
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

it('knows who holds a port', async () => {
  expect(await isFree(taken)).toBe(false);
  expect(holderOf(taken)?.pid).toBe(process.pid);
});

describe('planPorts', () => {
  const reservations = new PortReservations();
  const others = new PortReservations();

  afterEach(() => {
    reservations.release();
    others.release();
  });

  it('refuses taken ports, naming the holder', async () => {
    await expect(planPorts([{ name: 'kafka', port: taken }], false, Math.random, reservations)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      exit: 3,
      message: expect.stringContaining(`port ${taken} on 127.0.0.1 is taken by`),
    });
  });

  it('takes others where any will do, each once', async () => {
    const wishes = (['kafka', 'postgres'] as const).map((name) => ({ name, port: taken }));
    let draws = 0;
    const sameTwice = () => (draws++ < 2 ? 0.5 : Math.random());
    const planned = await planPorts(wishes, true, sameTwice, reservations);
    expect(planned.kafka).not.toBe(taken);
    expect(planned.postgres).not.toBe(planned.kafka);
  });

  it('leaves alone what another start has chosen and does not use yet', async () => {
    const port = await freePort(Math.random);
    expect(await others.take(port)).toBe(true);
    const { kafka } = await planPorts([{ name: 'kafka', port }], true, Math.random, reservations);
    expect(kafka).not.toBe(port);
    others.release();
    expect(await reservations.take(port)).toBe(true);
  });
});
