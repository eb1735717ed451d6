/** Strings as dense ids, 0 upwards, for as long as the worker lives. Ids of two dictionaries mean nothing to each other. */
export class Dictionary {
  readonly texts: string[] = [];
  private readonly ids = new Map<string, number>();

  get size(): number {
    return this.texts.length;
  }

  idOf(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.texts.length;
    this.texts.push(text);
    this.ids.set(text, id);
    return id;
  }

  textOf(id: number): string {
    const text = this.texts[id];
    if (text === undefined) throw new RangeError(`no string has the id ${id}`);
    return text;
  }
}
