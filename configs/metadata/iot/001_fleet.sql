CREATE SCHEMA iot;

CREATE TABLE iot.sites (
  site_id          text PRIMARY KEY,
  name             text NOT NULL UNIQUE,
  kind             text NOT NULL CHECK (kind IN ('factory', 'warehouse', 'data centre', 'greenhouse', 'office')),
  country          text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  city             text NOT NULL,
  latitude         double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
  longitude        double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180)
);
COMMENT ON COLUMN iot.sites.country IS 'ISO 3166-1 alpha-2';

CREATE TABLE iot.devices (
  device_id        text PRIMARY KEY,
  site_id          text NOT NULL REFERENCES iot.sites (site_id),
  kind             text NOT NULL CHECK (kind IN ('temperature', 'humidity', 'pressure', 'vibration', 'power', 'flow')),
  model            text NOT NULL,
  unit             text NOT NULL,
  nominal_min      double precision NOT NULL,
  nominal_max      double precision NOT NULL,
  firmware         text NOT NULL,
  critical         boolean NOT NULL,
  installed_at     timestamptz NOT NULL,
  maintenance_due  timestamptz NOT NULL,
  CHECK (nominal_min < nominal_max),
  CHECK (maintenance_due > installed_at)
);
COMMENT ON TABLE iot.devices IS 'One sensor each; device_id is the Kafka key of every event';
COMMENT ON COLUMN iot.devices.nominal_min IS 'A healthy device reads between nominal_min and nominal_max, in its unit';
COMMENT ON COLUMN iot.devices.critical IS 'A fault stops production at the site';
CREATE INDEX devices_site ON iot.devices (site_id, kind);
CREATE INDEX devices_maintenance ON iot.devices (maintenance_due);
