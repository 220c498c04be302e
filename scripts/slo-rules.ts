/**
 * `bun scripts/slo-rules.ts`: writes the objectives as Prometheus' rules and as Grafana's dashboard. Tests hold the files and the
 * objectives together.
 */
import { grafanaDashboard } from '../src/observability/slo/grafana.ts'
import { prometheusRules } from '../src/observability/slo/prometheus.ts'

await Bun.write('docs/operations/prometheus-rules.yml', prometheusRules())
await Bun.write('docs/operations/grafana-dashboard.json', grafanaDashboard())
