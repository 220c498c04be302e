export { type PurgeRequest, purgedTags } from './purges.ts'
export { type DeliveryDeps, deliveryRoutes } from './routes.ts'
export { vitalRoutes } from './vital-routes.ts'
export { type Beacon, Vitals } from './vitals.ts'
