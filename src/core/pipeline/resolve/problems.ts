import { messageOf, PipeError } from '../../runtime/errors.js';
import { type YamlPath, yamlError } from '../../runtime/yaml-file.js';
import { didYouMean } from '../../runtime/yaml-problems.js';

/** What is wrong with a file in meaning, collected so that one look shows all of it. */
export class Problems {
  private readonly found: { line: number; message: string }[] = [];
  private readonly source: string;
  private readonly lineOf: (path: YamlPath) => number;

  constructor(source: string, lineOf: (path: YamlPath) => number) {
    this.source = source;
    this.lineOf = lineOf;
  }

  add(path: YamlPath, message: string): void {
    this.found.push({ line: this.lineOf(path), message: `${path.join('.')}: ${message}` });
  }

  /** The result of `read`, or nothing when it throws a foreseen error, which is noted at `path`. */
  attempt<T>(path: YamlPath, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof PipeError)) throw error;
      this.add(path, messageOf(error));
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.found.length > 0) throw yamlError(this.source, this.found);
  }
}

/** "unknown field "x"; did you mean "y"?", or the list of what is known. */
export function unknown(what: string, name: string, known: readonly string[]): string {
  const near = didYouMean(name, known);
  const advice = near ? `did you mean "${near}"?` : `expected one of: ${known.join(', ') || '(none)'}`;
  return `unknown ${what} "${name}"; ${advice}`;
}

/** The entry of a mapping from a file: unlike plain access it finds nothing under names that every object has. */
export function entryOf<T>(mapping: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(mapping, name) ? mapping[name] : undefined;
}
