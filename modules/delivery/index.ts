export { type PurgeRequest, purgedTags } from './purges.ts'
export { type DeliveryDeps, deliveryRoutes } from './routes.ts'
