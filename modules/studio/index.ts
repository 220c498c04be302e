export { type StudioDeps, studioRoutes } from './routes.ts'
