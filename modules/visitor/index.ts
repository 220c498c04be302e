export { visitorDoor } from './door.ts'
export { type VisitorDeps, VisitorPages } from './pages.ts'
export { renderPage } from './render/page.ts'
export { visitorRoutes } from './routes.ts'
