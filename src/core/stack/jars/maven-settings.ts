export interface Mirror {
  url: string;
  username?: string;
  password?: string;
}

/**
 * The first mirror in Maven's settings.xml that stands for the repository `central`, with the credentials of the server of
 * the same id. Reads what Maven documents for mirrorOf: lists, *, external:* and !id.
 */
export function mirrorOfCentral(xml: string, env: Readonly<Record<string, string | undefined>>): Mirror | undefined {
  const settings = xml.replace(/<!--[\s\S]*?-->/g, '');
  const read = (element: string, name: string) => textOf(element, name, env);
  for (const element of elementsOf(settings, 'mirror')) {
    const url = read(element, 'url');
    if (!url || !coversCentral(read(element, 'mirrorOf') ?? '') || read(element, 'blocked') === 'true') continue;
    const id = read(element, 'id');
    const server = elementsOf(settings, 'server').find((each) => read(each, 'id') === id) ?? '';
    return { url, username: read(server, 'username'), password: read(server, 'password') };
  }
  return undefined;
}

function coversCentral(mirrorOf: string): boolean {
  const names = mirrorOf.split(',').map((name) => name.trim());
  return !names.includes('!central') && names.some((name) => ['central', '*', 'external:*'].includes(name));
}

function elementsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map((match) => match[1]!);
}

function textOf(xml: string, name: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const text = elementsOf(xml, name)[0];
  return text === undefined ? undefined : interpolate(withoutEntities(text.trim()), env);
}

function interpolate(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$\{env\.([^}]+)\}/g, (whole, name: string) => env[name] ?? whole);
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function withoutEntities(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
