export { visitorDoor } from './door.ts'
export { type VisitorDeps, VisitorPages } from './pages.ts'
export { visitorRoutes } from './routes.ts'
