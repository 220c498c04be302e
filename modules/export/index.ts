export type { ExportDeps } from './contents.ts'
export { exportRoutes } from './routes.ts'
