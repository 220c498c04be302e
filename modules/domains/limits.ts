const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export const limits = {
  /** Domains of one organization. */
  domainsMax: 20,
  /** A name has 253 characters (RFC 1035, 2.3.4); what is put in front of it has to fit. */
  domainLengthMax: 240,
  /** The first pause between two checks of a domain that waits; each is twice as long, up to the longest. */
  pauseFirstMs: minuteMs,
  pauseMsMax: hourMs,
  /** How often an active domain is looked at. */
  recheckMs: dayMs,
  /** Looks that a person asks for, of one organization on one node: each is a question to name servers, and may be one to Fly. */
  checks: { name: 'domain-checks', attemptsMax: 30, windowS: 600 },
  /** How long a record is waited for. */
  waitMsMax: 7 * dayMs,
  /** Daily checks in a row without the record after which a proven domain is given up. A name server's bad day is none. */
  missesMax: 3,
  /** Of one question to a name server, and how often it is asked. */
  dnsTimeoutMs: 2_000,
  dnsTries: 2,
  flyTimeoutMs: 10_000,
} as const
