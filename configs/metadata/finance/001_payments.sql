CREATE SCHEMA finance;

CREATE TABLE finance.customers (
  customer_id    text PRIMARY KEY,
  name           text NOT NULL,
  country        text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  city           text NOT NULL,
  risk           text NOT NULL CHECK (risk IN ('low', 'medium', 'high')),
  verified       boolean NOT NULL,
  joined_at      timestamptz NOT NULL
);
COMMENT ON COLUMN finance.customers.country IS 'ISO 3166-1 alpha-2; where the customer lives';
COMMENT ON COLUMN finance.customers.verified IS 'Identity documents were checked';
CREATE INDEX customers_risk ON finance.customers (risk, country);

CREATE TABLE finance.cards (
  card_id        text PRIMARY KEY,
  customer_id    text NOT NULL REFERENCES finance.customers (customer_id) ON DELETE CASCADE,
  network        text NOT NULL CHECK (network IN ('visa', 'mastercard', 'amex', 'unionpay')),
  kind           text NOT NULL CHECK (kind IN ('debit', 'credit', 'prepaid')),
  credit_limit   numeric(12, 2) NOT NULL CHECK (credit_limit > 0),
  currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  home_country   text NOT NULL CHECK (home_country ~ '^[A-Z]{2}$'),
  last_four      text NOT NULL CHECK (last_four ~ '^[0-9]{4}$'),
  issued_at      timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  CHECK (expires_at > issued_at)
);
COMMENT ON TABLE finance.cards IS 'card_id is the Kafka key of every event';
COMMENT ON COLUMN finance.cards.credit_limit IS 'The most that may be spent in a month, in US dollars';
COMMENT ON COLUMN finance.cards.currency IS 'ISO 4217; what statements are written in';
CREATE INDEX cards_customer ON finance.cards (customer_id);

CREATE TABLE finance.merchants (
  merchant_id    text PRIMARY KEY,
  name           text NOT NULL,
  mcc            text NOT NULL CHECK (mcc ~ '^[0-9]{4}$'),
  category       text NOT NULL,
  country        text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  risk           text NOT NULL CHECK (risk IN ('low', 'medium', 'high')),
  online         boolean NOT NULL,
  typical_amount numeric(12, 2) NOT NULL CHECK (typical_amount > 0)
);
COMMENT ON COLUMN finance.merchants.mcc IS 'ISO 18245 merchant category code';
COMMENT ON COLUMN finance.merchants.typical_amount IS 'Median payment, in US dollars';
CREATE INDEX merchants_category ON finance.merchants (category, country);
