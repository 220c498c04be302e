export { visitorDoor } from './door.ts'
export type { VisitorDeps } from './pages.ts'
export { visitorRoutes } from './routes.ts'
