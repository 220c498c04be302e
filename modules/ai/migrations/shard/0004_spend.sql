-- What was spent before there was a budget counts too: of these months the hours tell it, by organization, key and capsule.
INSERT INTO ai_spend (organization_id, scope, period, spent_nano, out_nano)
SELECT organization_id, scope, period, SUM(cost_nano), 0 FROM (
  SELECT organization_id, 'organization' AS scope, strftime('%Y-%m-%d', hour_ms / 1000, 'unixepoch') AS period, cost_nano FROM ai_usage_hour
  UNION ALL
  SELECT organization_id, key_id, strftime('%Y-%m-%d', hour_ms / 1000, 'unixepoch'), cost_nano FROM ai_usage_hour WHERE key_id <> ''
  UNION ALL
  SELECT organization_id, capsule_id, strftime('%Y-%m-%d', hour_ms / 1000, 'unixepoch'), cost_nano FROM ai_usage_hour WHERE capsule_id <> ''
  UNION ALL
  SELECT organization_id, 'organization', strftime('%Y-%m', hour_ms / 1000, 'unixepoch'), cost_nano FROM ai_usage_hour
  UNION ALL
  SELECT organization_id, key_id, strftime('%Y-%m', hour_ms / 1000, 'unixepoch'), cost_nano FROM ai_usage_hour WHERE key_id <> ''
  UNION ALL
  SELECT organization_id, capsule_id, strftime('%Y-%m', hour_ms / 1000, 'unixepoch'), cost_nano FROM ai_usage_hour WHERE capsule_id <> ''
)
WHERE cost_nano > 0
GROUP BY organization_id, scope, period
ON CONFLICT (organization_id, scope, period) DO UPDATE SET spent_nano = max(spent_nano, excluded.spent_nano);
