CREATE SCHEMA ecommerce;

CREATE TABLE ecommerce.users (
  user_id        text PRIMARY KEY,
  name           text NOT NULL,
  email          text NOT NULL UNIQUE,
  country        text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  city           text NOT NULL,
  segment        text NOT NULL CHECK (segment IN ('new', 'regular', 'loyal', 'vip')),
  device         text NOT NULL CHECK (device IN ('mobile', 'desktop', 'tablet')),
  newsletter     boolean NOT NULL,
  signed_up_at   timestamptz NOT NULL
);
COMMENT ON TABLE ecommerce.users IS 'Shoppers; user_id is the Kafka key of every event';
COMMENT ON COLUMN ecommerce.users.country IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN ecommerce.users.device IS 'What the user mostly shops with';
CREATE INDEX users_country ON ecommerce.users (country, segment);

CREATE TABLE ecommerce.categories (
  category_id    text PRIMARY KEY,
  name           text NOT NULL UNIQUE,
  department     text NOT NULL,
  return_rate    double precision NOT NULL CHECK (return_rate BETWEEN 0 AND 1)
);
COMMENT ON COLUMN ecommerce.categories.return_rate IS 'Share of purchases that are refunded in the long run';

CREATE TABLE ecommerce.products (
  product_id     text PRIMARY KEY,
  name           text NOT NULL,
  category       text NOT NULL REFERENCES ecommerce.categories (name) ON UPDATE CASCADE,
  brand          text NOT NULL,
  price          numeric(12, 2) NOT NULL CHECK (price > 0),
  cost           numeric(12, 2) NOT NULL CHECK (cost > 0),
  rating         double precision NOT NULL CHECK (rating BETWEEN 1 AND 5),
  active         boolean NOT NULL,
  launched_at    timestamptz NOT NULL,
  CHECK (cost < price)
);
COMMENT ON COLUMN ecommerce.products.category IS 'The category''s name, which is what events are grouped by';
CREATE INDEX products_category ON ecommerce.products (category);

CREATE TABLE ecommerce.inventory (
  product_id     text PRIMARY KEY REFERENCES ecommerce.products (product_id) ON DELETE CASCADE,
  warehouse      text NOT NULL,
  stock          integer NOT NULL CHECK (stock >= 0),
  reorder_point  integer NOT NULL CHECK (reorder_point >= 0),
  counted_at     timestamptz NOT NULL
);
COMMENT ON TABLE ecommerce.inventory IS 'One stocking place per product, so that a look-up by product finds one row';
CREATE INDEX inventory_to_reorder ON ecommerce.inventory (warehouse) WHERE stock <= reorder_point;
