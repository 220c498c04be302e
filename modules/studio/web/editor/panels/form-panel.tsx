import { t } from '../../app/words.ts'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { newChoice, newId } from '../document/making.ts'
import { ChoicesField } from './choices-field.tsx'
import { ItemTools } from './item-tools.tsx'
import type { PanelOf } from './panel.ts'
import { TargetField } from './target-field.tsx'

type FormField = PanelOf<'form'>['block']['fields'][number]

const fieldsMax = 50

export function FormPanel({ block, editing }: PanelOf<'form'>) {
  const words = t().blocks
  const { fields } = block
  const set = (index: number, field: FormField, key: string) =>
    editing.edit(block, { fields: fields.map((one, n) => (n === index ? field : one)) }, key)
  return (
    <>
      <ol class="cases">
        {fields.map((field, n) => (
          <li key={field.id}>
            <details open={fields.length < 4}>
              <summary>{field.label || words.fieldName(n + 1)}</summary>
              <div class="stack">
                <TextField
                  label={words.label}
                  maxLength={200}
                  value={field.label}
                  onText={(label) => set(n, { ...field, label }, `${field.id} label`)}
                />
                <SelectField
                  label={words.kind}
                  value={field.kind}
                  options={Object.entries(words.fieldKinds).map(([value, text]) => ({ value, text }))}
                  onChoose={(kind) => set(n, ofKind(field, kind as FormField['kind']), '')}
                />
                {field.choices !== undefined && (
                  <ChoicesField
                    choices={field.choices}
                    editing={editing}
                    branching
                    onChange={(choices, key) => set(n, { ...field, choices }, key)}
                  />
                )}
                <CheckField
                  label={words.required}
                  checked={field.required ?? false}
                  onCheck={(required) => set(n, { ...field, required }, '')}
                />
                <ItemTools
                  items={fields}
                  index={n}
                  min={1}
                  name={words.fieldName(n + 1)}
                  removeLabel={words.removeField(n + 1)}
                  onChange={(changed) => editing.edit(block, { fields: changed })}
                />
              </div>
            </details>
          </li>
        ))}
      </ol>
      <button
        type="button"
        class="button"
        disabled={fields.length >= fieldsMax}
        onClick={() =>
          editing.edit(block, {
            fields: [...fields, { id: newId(), kind: 'text', label: words.fieldName(fields.length + 1) }],
          })
        }
      >
        <Icon name="plus" />
        {words.addField}
      </button>
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
