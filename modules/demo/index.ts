export { type Demo, type DemoParts, demoSchema, fillDemo, type Progress } from './demo.ts'
