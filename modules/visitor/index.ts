export { visitorDoor } from './door.ts'
<<<<<<< HEAD
export { type VisitorDeps, VisitorPages } from './pages.ts'
=======
export type { VisitorDeps } from './pages.ts'
export { renderPage } from './render/page.ts'
>>>>>>> studio
export { visitorRoutes } from './routes.ts'
