import { t } from '../../app/words.ts'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { newChoice, newId } from '../document/making.ts'
import { Cases } from './cases.tsx'
import { ChoicesField } from './choices-field.tsx'
import type { PanelOf } from './panel.ts'
import { TargetField } from './target-field.tsx'

type FormField = PanelOf<'form'>['block']['fields'][number]

const fieldsMax = 50

export function FormPanel({ block, editing }: PanelOf<'form'>) {
  const words = t().blocks
  const { fields } = block
  return (
    <>
      <Cases<FormField>
        items={fields}
        max={fieldsMax}
        openBelow={4}
        naming={{ name: words.fieldName, remove: words.removeField, add: words.addField }}
        titleOf={(field) => field.label}
        made={() => ({ id: newId(), kind: 'text', label: words.fieldName(fields.length + 1) })}
        onChange={(changed, key) => editing.edit(block, { fields: changed }, key)}
      >
        {(field, _, set) => (
          <>
            <TextField
              label={words.label}
              maxLength={200}
              value={field.label}
              onText={(label) => set({ ...field, label }, `${field.id} label`)}
            />
            <SelectField
              label={words.kind}
              value={field.kind}
              options={Object.entries(words.fieldKinds).map(([value, text]) => ({ value, text }))}
              onChoose={(kind) => set(ofKind(field, kind as FormField['kind']), '')}
            />
            {field.choices !== undefined && (
              <ChoicesField
                choices={field.choices}
                editing={editing}
                branching
                onChange={(choices, key) => set({ ...field, choices }, key)}
              />
            )}
            <CheckField
              label={words.required}
              checked={field.required ?? false}
              onCheck={(required) => set({ ...field, required }, '')}
            />
          </>
        )}
      </Cases>
      <CheckField
        label={words.once}
        checked={block.oncePerVisitor ?? false}
        onCheck={(oncePerVisitor) => editing.edit(block, { oncePerVisitor })}
      />
      <TargetField
        label={words.next}
        value={block.next}
        none={words.stay}
        editing={editing}
        onChoose={(next) => editing.edit(block, { next: next as string })}
      />
    </>
  )
}

/** Choices belong to a field of choices and to no other. */
function ofKind({ choices, ...field }: FormField, kind: FormField['kind']): FormField {
  if (kind !== 'choice') return { ...field, kind }
  return { ...field, kind, choices: choices ?? [newChoice(1), newChoice(2)] }
}
