import { AliasTable } from '../../generate/alias.js';
import type { Metadata } from '../../generate/generator.js';
import type { Random } from '../../generate/random.js';
import { zipfWeights } from '../../generate/skew.js';
import { centsIn, groupRows, numberIn, rowsByKey, rowsOf } from './rows.js';

/** Exponent of how popular products are; shops report 0.6 to 1. */
const popularity = 0.8;
/** Out of stock for so long. */
const restockMs = 60_000;

/** The products of a shop: who is looked at how often, and this partition's share of the stock. Products are indices here. */
export class Catalogue {
  readonly ids: readonly string[];
  readonly cents: readonly number[];
  readonly categories: readonly string[];
  private readonly all: AliasTable;
  private readonly members: readonly (readonly number[])[];
  private readonly within: readonly AliasTable[];
  private readonly allotment: Int32Array;
  private readonly stock: Int32Array;
  private readonly restockAt: Float64Array;

  constructor(metadata: Metadata, partitions: number) {
    const products = rowsOf(metadata, 'ecommerce', 'products');
    const weights = zipfWeights(products.length, popularity);
    this.ids = products.map((row) => String(row.product_id));
    this.cents = products.map((row) => centsIn(row, 'price'));
    const groups = groupRows(products, 'category');
    this.categories = [...groups.keys()];
    this.members = [...groups.values()];
    this.all = new AliasTable(weights);
    this.within = this.members.map((indices) => new AliasTable(indices.map((index) => weights[index]!)));
    const inventory = rowsByKey(metadata.inventory ?? [], 'product_id');
    this.allotment = Int32Array.from(this.ids, (id) =>
      Math.ceil(numberIn(inventory.get(id), 'stock', 100) / partitions),
    );
    this.stock = this.allotment.slice();
    this.restockAt = new Float64Array(this.ids.length);
  }

  any(random: Random): number {
    return this.all.draw(random);
  }

  inCategory(category: number, random: Random): number {
    return this.members[category]![this.within[category]!.draw(random)]!;
  }

  /** How many of `wanted` can be had; an empty shelf is filled again some time after it was found so. */
  available(product: number, wanted: number, time: number): number {
    const left = this.stock[product]!;
    if (left > 0) return Math.min(left, wanted);
    if (this.restockAt[product] === 0) this.restockAt[product] = time + restockMs;
    else if (this.restockAt[product]! <= time) {
      this.restockAt[product] = 0;
      this.stock[product] = this.allotment[product]!;
      return Math.min(this.stock[product]!, wanted);
    }
    return 0;
  }

  /** A purchase takes from the stock, a refund gives back. */
  move(product: number, quantity: number): void {
    this.stock[product] = this.stock[product]! + quantity;
  }
}
