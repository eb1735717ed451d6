export interface ProductCategory {
  name: string;
  department: string;
  /** Share of the products, in percent. */
  weight: number;
  /** Median price and its spread (log-normal), in US dollars. */
  price: number;
  spread: number;
  /** Mean share of the price that is not cost. */
  margin: number;
  returnRate: number;
  nouns: readonly string[];
}

const category = (
  name: string,
  department: string,
  [weight, price, spread]: readonly [number, number, number],
  [margin, returnRate]: readonly [number, number],
  nouns: readonly string[],
): ProductCategory => ({ name, department, weight, price, spread, margin, returnRate, nouns });

export const categories: readonly ProductCategory[] = [
  category('Phones', 'Electronics', [5, 420, 0.6], [0.18, 0.06], ['Phone', 'Smartphone']),
  category('Laptops', 'Electronics', [4, 890, 0.5], [0.15, 0.07], ['Laptop', 'Notebook', 'Ultrabook']),
  category('Audio', 'Electronics', [6, 79, 0.8], [0.32, 0.08], ['Headphones', 'Earbuds', 'Speaker', 'Soundbar']),
  category('Cameras', 'Electronics', [2, 380, 0.7], [0.22, 0.05], ['Camera', 'Lens', 'Action Camera']),
  category('Accessories', 'Electronics', [8, 24, 0.6], [0.55, 0.05], ['Charger', 'Cable', 'Case', 'Power Bank']),
  category('Kitchen', 'Home', [7, 45, 0.8], [0.4, 0.05], ['Kettle', 'Pan', 'Blender', 'Toaster', 'Knife Set']),
  category('Furniture', 'Home', [5, 210, 0.7], [0.42, 0.09], ['Chair', 'Desk', 'Shelf', 'Lamp', 'Sofa']),
  category('Bedding', 'Home', [4, 55, 0.5], [0.48, 0.07], ['Duvet', 'Pillow', 'Sheet Set', 'Blanket']),
  category('Garden', 'Home', [4, 38, 0.8], [0.4, 0.04], ['Hose', 'Planter', 'Mower', 'Secateurs']),
  category('Tools', 'Home', [4, 52, 0.8], [0.38, 0.04], ['Drill', 'Saw', 'Hammer', 'Toolbox']),
  category('Womenswear', 'Fashion', [9, 48, 0.6], [0.58, 0.24], ['Dress', 'Blouse', 'Jeans', 'Coat', 'Skirt']),
  category('Menswear', 'Fashion', [7, 46, 0.6], [0.56, 0.19], ['Shirt', 'Jeans', 'Jacket', 'Chinos', 'Jumper']),
  category('Shoes', 'Fashion', [6, 82, 0.5], [0.5, 0.22], ['Trainers', 'Boots', 'Sandals', 'Loafers']),
  category('Jewellery', 'Fashion', [3, 95, 1.0], [0.62, 0.09], ['Ring', 'Necklace', 'Bracelet', 'Watch']),
  category('Beauty', 'Health', [7, 22, 0.6], [0.6, 0.03], ['Serum', 'Moisturiser', 'Shampoo', 'Perfume']),
  category('Fitness', 'Health', [4, 48, 0.9], [0.44, 0.08], ['Dumbbell', 'Yoga Mat', 'Bike', 'Kettlebell']),
  category('Toys', 'Family', [5, 27, 0.6], [0.46, 0.05], ['Puzzle', 'Building Set', 'Doll', 'Board Game']),
  category('Baby', 'Family', [3, 34, 0.8], [0.4, 0.06], ['Pram', 'Bottle Set', 'Romper', 'Car Seat']),
  category('Books', 'Media', [5, 15, 0.4], [0.35, 0.02], ['Novel', 'Cookbook', 'Atlas', 'Biography']),
  category('Games', 'Media', [2, 44, 0.5], [0.28, 0.04], ['Controller', 'Game', 'Console', 'Headset']),
];
