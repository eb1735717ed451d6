import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cityHash128 } from '../../../../../src/core/stack/clickhouse-server/http/cityhash128.js';
import { packBlocks, unpackBlocks } from '../../../../../src/core/stack/clickhouse-server/http/native-blocks.js';

/** Bytes (31 i + 7 n) mod 256 for i < n, hashed by the C++ implementation (PyPI clickhouse-cityhash 1.0.2.6). */
const vectors: [number, string][] = [
  [0, '82332263323914296566372529678324145705'],
  [1, '185953577500059419992211135656434015418'],
  [3, '203319027363333460127529322448590793903'],
  [4, '10315288472687596253381832360824830568'],
  [7, '52383228392354582967281125277516238351'],
  [8, '80877422104903355437500731486818422905'],
  [9, '273277631960343511049709275874240160933'],
  [15, '101386304234188319637507818991138950502'],
  [16, '36555788882726774964310430550667414330'],
  [17, '137119564835517686176919181879211001403'],
  [20, '84680257310819384377926713166700280878'],
  [31, '158875433194257365886464129915769584089'],
  [32, '205813907869324562133821648448340211837'],
  [33, '270508525889949150153798000976371005828'],
  [63, '126864617199426888187089063405400109436'],
  [64, '156099216793004153064078266313261071182'],
  [65, '209991264416581919243198238282909758242'],
  [100, '142544627017461216440055432709639578405'],
  [127, '76788429407608945826115254281035387398'],
  [128, '315976918176410495604805378674357207313'],
  [143, '248308078928954048210719007998745101575'],
  [144, '319417239328619151894203705822947385655'],
  [145, '51400651086217774118476689573437936474'],
  [160, '80201104709585133902673999133208845985'],
  [200, '129413224949619373743916011828384518216'],
  [255, '138297857337193033692314595388623041814'],
  [256, '50275652721246306357770194255984846095'],
  [257, '282852867529295600374819365753822465064'],
  [300, '289226286469929980070131872664901739551'],
  [1000, '284175625161668594513333753453758887446'],
  [5000, '236409321815277797853296282178640279972'],
];

test.each(vectors)('the hash of %i bytes is that of the original', (length, expected) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length * 7) % 256);
  const { low, high } = cityHash128(bytes);
  expect(String((low << 64n) | high)).toBe(expected);
});

async function unpacked(bytes: Buffer, cut: number): Promise<Buffer> {
  const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)].filter((piece) => piece.length > 0);
  const found: Buffer[] = [];
  for await (const piece of unpackBlocks(
    (async function* () {
      yield* pieces;
    })(),
  ))
    found.push(piece);
  return Buffer.concat(found);
}

test('what was packed comes back, however it was cut on its way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.nat(3000), async (bytes, cut) => {
      const packed = packBlocks(bytes);
      expect(await unpacked(packed, cut % (packed.length + 1))).toEqual(Buffer.from(bytes));
    }),
    { numRuns: 50 },
  );
});

test('several blocks', async () => {
  const bytes = Buffer.alloc(200_000, 'abc');
  expect(await unpacked(packBlocks(bytes), 30_000)).toEqual(bytes);
});

test('a changed, a cut and an absurd stream are refused', async () => {
  const packed = packBlocks(Buffer.alloc(100, 1));
  const changed = Buffer.from(packed);
  changed[changed.length - 1]! ^= 1;
  await expect(unpacked(changed, 5)).rejects.toMatchObject({ code: 40 });
  await expect(unpacked(packed.subarray(0, -1), 5)).rejects.toMatchObject({ code: 271 });
  await expect(unpacked(Buffer.alloc(64, 255), 5)).rejects.toMatchObject({ code: 271 });
});
