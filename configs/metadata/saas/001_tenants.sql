CREATE SCHEMA saas;

CREATE TABLE saas.plans (
  plan_id        text PRIMARY KEY,
  name           text NOT NULL UNIQUE,
  monthly_price  numeric(12, 2) NOT NULL CHECK (monthly_price >= 0),
  seats          integer NOT NULL CHECK (seats > 0)
);
COMMENT ON COLUMN saas.plans.monthly_price IS 'Per seat';
COMMENT ON COLUMN saas.plans.seats IS 'The most that an account of this plan may have';

CREATE TABLE saas.accounts (
  account_id     text PRIMARY KEY,
  name           text NOT NULL,
  plan           text NOT NULL REFERENCES saas.plans (plan_id),
  country        text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  industry       text NOT NULL,
  seats          integer NOT NULL CHECK (seats > 0),
  trial          boolean NOT NULL,
  created_at     timestamptz NOT NULL,
  renews_at      timestamptz NOT NULL,
  CHECK (renews_at > created_at)
);
COMMENT ON TABLE saas.accounts IS 'Customers that pay; account_id is the Kafka key of every event';
COMMENT ON COLUMN saas.accounts.country IS 'ISO 3166-1 alpha-2';
CREATE INDEX accounts_plan ON saas.accounts (plan, country);

CREATE TABLE saas.users (
  user_id        text PRIMARY KEY,
  account_id     text NOT NULL REFERENCES saas.accounts (account_id) ON DELETE CASCADE,
  name           text NOT NULL,
  email          text NOT NULL UNIQUE,
  role           text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  joined_at      timestamptz NOT NULL
);
COMMENT ON TABLE saas.users IS 'People who use the product; every account has exactly one owner';
CREATE INDEX users_account ON saas.users (account_id);
CREATE UNIQUE INDEX users_owner ON saas.users (account_id) WHERE role = 'owner';
