const hidden = '***';
const secretName = /password|secret|token|passphrase/i;

/** A copy with passwords hidden, also those inside addresses. A reference such as ${KAFKA_PASSWORD} tells nothing and stays. */
export function redact<T>(value: T): T {
  return redacted(value, false) as T;
}

function redacted(value: unknown, secret: boolean): unknown {
  if (typeof value === 'string') return secret ? hiddenUnlessReference(value) : withoutPassword(value);
  if (Array.isArray(value)) return value.map((each) => redacted(each, secret));
  if (value === null || typeof value !== 'object') return secret ? hidden : value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, redacted(each, secret || secretName.test(name))]),
  );
}

/** scheme://user:password@host, and ?password=… behind it. */
function withoutPassword(text: string): string {
  return text
    .replace(/^([a-z+]+:\/\/[^:/@\s]*:)(.*)(@[^@]*)$/i, (_, user: string, password: string, host: string) =>
      [user, hiddenUnlessReference(password), host].join(''),
    )
    .replace(/([?&][^=&]*(?:password|secret|token)[^=&]*=)([^&]*)/gi, (_, name: string, password: string) =>
      [name, hiddenUnlessReference(password)].join(''),
    );
}

function hiddenUnlessReference(text: string): string {
  return /^\$\{\w+\}$/.test(text) ? text : hidden;
}
