export { type Demo, type DemoParts, fillDemo, type Progress } from './demo.ts'
