/** `bun scripts/slo-rules.ts`: writes the objectives as Prometheus' rules. A test holds the file and the objectives together. */
import { prometheusRules } from '../src/observability/slo/prometheus.ts'

await Bun.write('docs/operations/prometheus-rules.yml', prometheusRules())
