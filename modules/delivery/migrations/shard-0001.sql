-- How quick visitors found a capsule: counts by bucket of each metric, a day, a region and a class of device.
CREATE TABLE web_vital (
  capsule_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  region TEXT NOT NULL,
  device TEXT NOT NULL,
  metric TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (capsule_id, day, region, device, metric, bucket)
) STRICT, WITHOUT ROWID;
