import { expect, it } from 'vitest';
import { versionIn } from '../../../../src/core/stack/services/java.js';

it.each([
  ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', '17.0.15'],
  ['openjdk version "21" 2023-09-19', '21'],
  ['java version "1.8.0_292"', '8.0'],
  ['openjdk version "25-ea" 2025-09-16', '25'],
  ['Error: no runtime', undefined],
])('reads the version of %j', (text, version) => {
  expect(versionIn(text)).toBe(version);
});
