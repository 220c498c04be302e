export { FlyCertificates } from './certificates.ts'
export { type Domain, Domains } from './domains.ts'
export { domainRoutes } from './routes.ts'
export { type Site, sites } from './sites.ts'
