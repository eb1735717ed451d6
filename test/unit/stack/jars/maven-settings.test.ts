import { describe, expect, it } from 'vitest';
import { mirrorOfCentral } from '../../../../src/core/stack/jars/maven-settings.js';

const mirror = (mirrorOf: string, url = 'https://mirror.example/maven', more = '') =>
  `<settings><mirrors><mirror><id>m</id><mirrorOf>${mirrorOf}</mirrorOf><url>${url}</url>${more}</mirror></mirrors></settings>`;

describe('mirrorOfCentral', () => {
  it.each(['central', '*', 'external:*', 'other, central', '*,!other'])('takes a mirror of %s', (mirrorOf) => {
    expect(mirrorOfCentral(mirror(mirrorOf), {})?.url).toBe('https://mirror.example/maven');
  });

  it.each(['other', '*,!central', 'centrals', ''])('leaves a mirror of "%s" alone', (mirrorOf) => {
    expect(mirrorOfCentral(mirror(mirrorOf), {})).toBeUndefined();
  });

  it('takes no mirror that is commented out or blocked', () => {
    expect(mirrorOfCentral(`<!-- ${mirror('*')} -->`, {})).toBeUndefined();
    expect(mirrorOfCentral(mirror('*', 'http://0.0.0.0/', '<blocked>true</blocked>'), {})).toBeUndefined();
  });

  it('reads entities, variables of the environment, and the credentials of the same id', () => {
    const servers =
      '<servers><server><id>other</id><username>x</username></server><server><id>m</id>' +
      `<username>me</username><password>$\{env.TOKEN}</password></server></servers>`;
    const xml = mirror('*', 'https://mirror.example/?a=1&amp;b=2').replace('<mirrors>', `${servers}<mirrors>`);
    expect(mirrorOfCentral(xml, { TOKEN: 's3cret' })).toEqual({
      url: 'https://mirror.example/?a=1&b=2',
      username: 'me',
      password: 's3cret',
    });
  });

  it('finds nothing in nothing', () => {
    expect(mirrorOfCentral('', {})).toBeUndefined();
  });
});
