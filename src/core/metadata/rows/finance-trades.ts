import { weighted } from './draw.js';

export interface Trade {
  /** ISO 18245 merchant category code. */
  mcc: string;
  category: string;
  /** Share of the merchants, in percent. */
  weight: number;
  /** Median payment, in US dollars. */
  amount: number;
  /** Share of the merchants that sell online. */
  online: number;
  risk: 'low' | 'medium' | 'high';
  names: readonly string[];
}

export const trades: readonly Trade[] = [
  trade('5411', 'groceries', [18, 42, 0.1], 'low', ['Market', 'Foods', 'Supermarket']),
  trade('5812', 'restaurants', [16, 34, 0.1], 'low', ['Kitchen', 'Bistro', 'Grill']),
  trade('5814', 'fast food', [9, 12, 0.15], 'low', ['Burgers', 'Noodles', 'Coffee']),
  trade('5541', 'fuel', [8, 48, 0], 'low', ['Fuel', 'Service Station']),
  trade('5651', 'clothing', [9, 65, 0.5], 'low', ['Outfitters', 'Fashion', 'Apparel']),
  trade('5732', 'electronics', [6, 180, 0.6], 'medium', ['Electronics', 'Digital', 'Computers']),
  trade('5912', 'pharmacies', [6, 23, 0.2], 'low', ['Pharmacy', 'Apothecary']),
  trade('4121', 'taxis', [5, 19, 0.9], 'low', ['Cabs', 'Rides']),
  trade('4900', 'utilities', [3, 95, 0.7], 'low', ['Energy', 'Water']),
  trade('4511', 'airlines', [2, 310, 0.95], 'medium', ['Air', 'Airways']),
  trade('7011', 'hotels', [4, 160, 0.6], 'medium', ['Hotel', 'Inn', 'Suites']),
  trade('5815', 'digital goods', [6, 11, 1], 'medium', ['Media', 'Streaming', 'Games']),
  trade('5944', 'jewellery', [2, 390, 0.3], 'high', ['Jewellers', 'Gold']),
  trade('6051', 'crypto', [2, 220, 1], 'high', ['Exchange', 'Coin']),
  trade('7995', 'gambling', [2, 60, 0.9], 'high', ['Bets', 'Casino']),
  trade('4829', 'money transfer', [2, 240, 0.8], 'high', ['Remit', 'Transfer']),
];

export const drawTrade = weighted(trades.map((each) => [each, each.weight] as const));

function trade(
  mcc: string,
  category: string,
  [weight, amount, online]: readonly [number, number, number],
  risk: Trade['risk'],
  names: readonly string[],
): Trade {
  return { mcc, category, weight, amount, online, risk, names };
}
