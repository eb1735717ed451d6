-- What filled each pipeline's schema, so that a second seed can tell whether there is anything to do.
CREATE TABLE pipe.seeds (
  pipeline    text PRIMARY KEY,
  seed        bigint NOT NULL,
  scale       double precision NOT NULL CHECK (scale > 0),
  generation  integer NOT NULL,
  seeded_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN pipe.seeds.generation IS 'Version of the row generators: other rows for the same seed and scale';

CREATE TABLE pipe.own_tables (
  pipeline    text NOT NULL,
  table_name  text NOT NULL,
  columns     text NOT NULL,
  content     text NOT NULL,
  loaded_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (pipeline, table_name)
);
COMMENT ON TABLE pipe.own_tables IS 'Tables made from the metadata section of pipeline files; only these are ever dropped';
COMMENT ON COLUMN pipe.own_tables.columns IS 'Columns and key as declared';
COMMENT ON COLUMN pipe.own_tables.content IS 'SHA-256 of the rows as loaded';
