import { Type } from '@sinclair/typebox'
import { defineChange } from '../../src/db/operation.ts'

/** The presenter moved, opened or closed something, or is done. */
export const stageChanged = defineChange('realtime.stage', Type.Object({}))

/** Questions were asked, voted for or moderated; one row a capsule and commit. */
export const questionsChanged = defineChange('realtime.questions', Type.Object({}))
