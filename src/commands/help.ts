import { flags } from './usage.ts'

const text = `encapsify: capsules that open instantly anywhere

  encapsify serve     the server            --port N  --host NAME  --data FOLDER
  encapsify node      one node of a cluster: guard, LiteFS and server   --port N  --host NAME  --data FOLDER
  encapsify node handoff --to NODE   lets another candidate be primary
  encapsify demo      fills the data folder with a demo organization   --data FOLDER  --json
  encapsify purge     throws pages out of every cache      --path P  --tag T  --organization O  --all
  encapsify sla       what was promised and kept   --month 2026-11  --csv  --plan standard|enterprise --organization O
  encapsify doctor    says what is configured, what works and what is missing
  encapsify version
  encapsify help

It reads from the environment:
  PORT (3000), HOST (0.0.0.0), LOG_LEVEL (info)
  ENCAPSIFY_DATA            the data folder (./data)
  ENCAPSIFY_URL             the public origin (http://localhost:PORT)
  ENCAPSIFY_SECRET          signs tokens; made and kept in the data folder when absent
  ENCAPSIFY_SECRETS_OLD     former secrets with commas between: what they signed and sealed stays good (docs/operations/secret.md)
  ENCAPSIFY_OPERATORS       e-mail addresses: /ops is for them once they are proven
  ENCAPSIFY_METRICS_TOKEN   opens /metrics
  ENCAPSIFY_ALERT_WEBHOOK, ENCAPSIFY_ALERT_SLACK, ENCAPSIFY_ALERT_EMAILS (the operators): who hears of alerts
  OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME (encapsify),
  OTEL_TRACES_SAMPLER_ARG (0.01): where traces and logs go (docs/operations/metrics.md)
  ENCAPSIFY_TRACE_LINK      where /ops leads from an error to its trace: an address with {trace} in it
  ENCAPSIFY_SMTP_URL        the mail server; without one e-mails are files in the data folder
  ENCAPSIFY_MAIL_FROM       their sender
  ENCAPSIFY_BLOBS           where uploads are kept: a folder, or s3://bucket with the AWS_* names
  ENCAPSIFY_AI_PROVIDERS    JSON or a file (docs/ai.md); without it chats quote and drafts are conversions
  ENCAPSIFY_TLS_CERT, ENCAPSIFY_TLS_KEY   PEM files: HTTPS by itself (also --tls-cert, --tls-key)
  ENCAPSIFY_CDN             cloudflare, fastly or bunny, with ENCAPSIFY_CDN_TOKEN and ENCAPSIFY_CDN_ZONE
  ENCAPSIFY_COUNTRY_HEADER  the header in which a proxy says the visitor's country (that of ENCAPSIFY_CDN, or none)
  ENCAPSIFY_WEBHOOKS_PRIVATE=allow: webhooks may lead into private networks, where only your team makes them
  ENCAPSIFY_FLY_TOKEN       asks Fly for the certificates of custom domains (docs/operations/domains.md)
  ENCAPSIFY_DNS             name servers that are asked whose a domain is (those of the machine)
  ENCAPSIFY_LIVE_PER_ADDRESS (20000): live connections that one address may have
  ENCAPSIFY_SHARDS (4), ENCAPSIFY_CACHE_MIB (128), ENCAPSIFY_CACHE_DISK_MIB (1024), ENCAPSIFY_MEDIA_CACHE_MIB (2048)`

/** `encapsify help`. */
export async function run(args: string[]): Promise<number> {
  flags(args, {})
  console.log(text)
  return 0
}
