import { describe, expect, it } from 'vitest';
import { describePlan } from '../../../src/core/pipeline/describe.js';
import { detectorKindNames } from '../../../src/core/pipeline/detect/registry.js';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { columnOf, shopPlan, shopYaml } from './fixtures.js';
import { type Edit, problemsOf } from './problems-of.js';

describe('loadPipeline, detectors', () => {
  it.each<[what: string, edit: Edit, message: string]>([
    [
      'an unknown key',
      ['at_least: 3', 'at_lest: 3'],
      'shop.yaml:82: detect.rush.at_least: missing; expected a number\nshop.yaml:87: detect.rush: unknown key "at_lest"; did you mean "at_least"?',
    ],
    [
      'a key of another kind',
      ['    value: turnover', '    within: 1m'],
      'shop.yaml:99: detect.dear_minute: unknown key "within"; expected one of: by, condition, cooldown, description, finds, forget, kind, severity, size, value, where, window',
    ],
    [
      'a setting that is missing',
      ['    at_least: 3\n', ''],
      'shop.yaml:82: detect.rush.at_least: missing; expected a number',
    ],
    [
      'a setting out of range',
      ['at_least: 3', 'at_least: 1'],
      'shop.yaml:87: detect.rush.at_least: expected at least 2; got 1',
    ],
    [
      'an unknown severity',
      ['severity: critical', 'severity: bad'],
      'shop.yaml:90: detect.rush.severity: expected one of info, warning, critical, got "bad"',
    ],
    [
      'a name that is none',
      ['  rush:', '  Rush:'],
      'shop.yaml:82: detect.Rush: as a name: expected lower-case letters, digits and _ beginning with a letter, at most 63',
    ],
    [
      'no Kafka key in by',
      ['by: [customer, kind]', 'by: [kind]'],
      'shop.yaml:85: detect.rush.by: detectors need the Kafka key "customer" among the fields they go by: only events with the same key come in one order, in one partition',
    ],
    [
      'an unknown field in by',
      ['by: [customer, kind]', 'by: [customer, kin]'],
      'shop.yaml:85: detect.rush.by.1: unknown field "kin"; did you mean "kind"?',
    ],
    [
      'a float in by',
      ['by: [customer, kind]', 'by: [customer, weight]'],
      'shop.yaml:85: detect.rush.by.1: expected a string, an int or a bool to group by, got "weight" of type float',
    ],
    [
      'a filter that is no bool',
      ['where: quantity > 1', 'where: quantity'],
      'shop.yaml:86: detect.rush.where: expected a bool, got int at character 1; compare it with something',
    ],
    [
      'an unknown field in a filter',
      ['where: quantity > 1', 'where: quantty > 1'],
      'shop.yaml:86: detect.rush.where: unknown field "quantty" at character 1; did you mean "quantity"?',
    ],
    [
      'an unknown field in a setting',
      ['distinct: product', 'distinct: produkt'],
      'shop.yaml:89: detect.rush.distinct: unknown field "produkt" at character 1; did you mean "product"?',
    ],
    [
      'a literal in place of a field',
      ['distinct: product', 'distinct: \'"p"\''],
      'shop.yaml:89: detect.rush.distinct: expected a field, got a literal',
    ],
    [
      'a condition that is no bool',
      ['condition: turnover > 1000 &&', 'condition: turnover ||'],
      'shop.yaml:98: detect.dear_minute.condition: expected a bool, got decimal at character 1; compare it with something',
    ],
    [
      'a field of the event, on a window',
      ['value: turnover', 'value: quantity'],
      'shop.yaml:99: detect.dear_minute.value: unknown field "quantity" at character 1; expected one of: category_name, kind, orders, turnover, margin, gifts, cheapest, dearest, mean_weight, customers, customers_about, price_p95, first_product, last_price, window_start, window_end',
    ],
    [
      'by on a window',
      ['    window: sales\n', '    window: sales\n    by: [customer]\n'],
      'shop.yaml:96: detect.dear_minute.by: a detector on a window goes by what the window is grouped by; leave it out',
    ],
    [
      'an unknown window',
      ['window: sales', 'window: sale'],
      'shop.yaml:95: detect.dear_minute.window: unknown window "sale"; did you mean "sales"?',
    ],
    [
      'an unknown size',
      ['size: 1m\n    kind', 'size: 2m\n    kind'],
      'shop.yaml:96: detect.dear_minute.size: expected one of 10s, 30s, 1m, got 2m',
    ],
    [
      'no size where there are several',
      ['    size: 1m\n', ''],
      'shop.yaml:95: detect.dear_minute.window: expected size: one of 10s, 30s, 1m',
    ],
    [
      'a size on events',
      ['    kind: velocity\n', '    kind: velocity\n    size: 1m\n'],
      'shop.yaml:85: detect.rush.size: only rows of a window have a size; say which with window: NAME',
    ],
    [
      'a cooldown beyond forgetting',
      ['cooldown: 30s', 'cooldown: 2h'],
      'shop.yaml:91: detect.rush.cooldown: expected at most forget, 1h, got 2h: what is forgotten cannot be cooling down',
    ],
    [
      'forgetting at once',
      ['forget: 1h', 'forget: 0'],
      'shop.yaml:88: detect.rush.within: expected more than 0 and at most forget, 0s, got 10s\nshop.yaml:92: detect.rush.forget: expected more than 0',
    ],
    [
      'a time of the kind beyond forgetting',
      ['within: 10s', 'within: 2h'],
      'shop.yaml:88: detect.rush.within: expected more than 0 and at most forget, 1h, got 2h',
    ],
    [
      'a time of the kind of nothing',
      ['within: 10s', 'within: 0'],
      'shop.yaml:88: detect.rush.within: expected more than 0 and at most forget, 1h, got 0s',
    ],
  ])('says what is wrong with %s', (_, edit, message) => {
    expect(problemsOf(edit)).toBe(message);
  });

  it('lists the kinds where there is none, or an unknown one', () => {
    const known = detectorKindNames.join(', ');
    expect(problemsOf(['kind: velocity', 'kind: velocty'])).toBe(
      `shop.yaml:84: detect.rush.kind: expected one of ${known}; got "velocty"`,
    );
    expect(problemsOf(['    kind: velocity\n', ''])).toBe(
      `shop.yaml:82: detect.rush.kind: expected one of ${known}; got nothing`,
    );
  });

  it('has no detectors on sessions', () => {
    expect(
      problemsOf(
        ['tumbling: [1m]', 'session: 5m\n    by: [customer]'],
        ['window: sales\n    size: 1m', 'window: totals'],
      ),
    ).toContain('detect.dear_minute.window: "totals" has sessions, and detectors need a window of sizes');
  });

  it('fills in what is left out: the Kafka key, the only size, the common settings', () => {
    const text = shopYaml
      .replace('    by: [customer, kind]\n', '')
      .replace('    window: sales\n    size: 1m\n', '    window: totals\n')
      .replace('turnover > 1000 && first_product != "p2"', 'items > 5')
      .replace('value: turnover', 'value: window_end');
    const { detect, key } = loadPipeline(text, 'shop.yaml');
    expect(detect[0]!.input).toMatchObject({ kind: 'events', by: [key] });
    expect(detect[1]).toMatchObject({
      input: { kind: 'window', window: 'totals', size: 60_000, advance: 60_000, by: [] },
      severity: 'warning',
      cooldown: 60_000,
      forget: 86_400_000,
      finds: [],
    });
  });

  it('resolves what each detector reads', () => {
    const plan = shopPlan();
    const [rush, dear] = plan.detect;
    expect(rush!.input.by).toEqual([columnOf(plan, 'customer'), columnOf(plan, 'kind')]);
    expect(rush!.settings).toEqual({ at_least: 3, within: 10_000, distinct: 'product' });
    expect(rush!.inputs).toMatchObject([
      { name: 'distinct', expression: { kind: 'field', column: columnOf(plan, 'product'), type: 'string' } },
    ]);
    expect(dear!.input.fields.slice(0, 4)).toEqual([
      { name: 'category_name', type: 'string', scale: 0 },
      { name: 'kind', type: 'string', scale: 0 },
      { name: 'orders', type: 'int', scale: 0 },
      { name: 'turnover', type: 'decimal', scale: 2 },
    ]);
    expect(dear!.input.fields.slice(-2).map(({ name }) => name)).toEqual(['window_start', 'window_end']);
    expect(dear!.input.by).toEqual([0, 1]);
  });

  it('interns the strings that detectors on events read', () => {
    const interned = (text: string) => {
      const plan = loadPipeline(text, 'shop.yaml');
      return plan.fields[columnOf(plan, 'note')]!.interned;
    };
    expect(interned(shopYaml)).toBe(false);
    expect(interned(shopYaml.replace('distinct: product', 'distinct: note'))).toBe(true);
    expect(interned(shopYaml.replace('where: quantity > 1', 'where: note == "x"'))).toBe(true);
    expect(interned(shopYaml.replace('[customer, kind]', '[customer, note]'))).toBe(true);
  });

  it('is described with all defaults', () => {
    expect(describePlan(shopPlan()).detect).toEqual({
      rush: {
        kind: 'velocity',
        by: ['customer', 'kind'],
        where: 'quantity > 1',
        at_least: 3,
        within: 10_000,
        distinct: 'product',
        severity: 'critical',
        cooldown: '30s',
        forget: '1h',
        finds: ['rush'],
      },
      dear_minute: {
        kind: 'threshold',
        window: 'sales',
        size: '1m',
        by: ['category_name', 'kind'],
        condition: 'turnover > 1000 && first_product != "p2"',
        value: 'turnover',
        severity: 'warning',
        cooldown: '1m',
        forget: '1d',
      },
    });
  });
});
