import { useState } from 'preact/hooks'
import type { LinkResource } from '../../../../sharing/index.ts'
import { links } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { CheckField, TextArea, TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'

const weekMs = 7 * 24 * 3_600_000

/** What a link asks for and grants: of a new one, or of one that is there. */
export function LinkForm({
  capsuleId,
  link,
  onClose,
  onDone,
}: {
  readonly capsuleId: string
  readonly link?: LinkResource
  readonly onClose: () => void
  readonly onDone: (link: LinkResource) => void
}) {
  const words = t().sharing
  const submission = useSubmission()
  const [name, setName] = useState(link?.name ?? '')
  const [asksPassword, setAsksPassword] = useState(link?.hasPassword ?? false)
  const [password, setPassword] = useState('')
  const [asksEmail, setAsksEmail] = useState((link?.emailGate ?? null) !== null)
  const [allow, setAllow] = useState(link?.emailGate?.allow.join('\n') ?? '')
  const [block, setBlock] = useState(link?.emailGate?.block.join('\n') ?? '')
  const [ends, setEnds] = useState((link?.expiresAt ?? null) !== null)
  const [expiry, setExpiry] = useState(localTime(link?.expiresAt ?? Date.now() + weekMs))
  const [downloads, setDownloads] = useState(link?.downloads ?? true)
  const isKept = asksPassword && link?.hasPassword === true && password === ''
  const faultOf = (...pointers: string[]) =>
    submission.problem?.errors.find((one) => pointers.some((pointer) => one.pointer.startsWith(pointer)))?.message
  const save = async () => {
    const settings = {
      name,
      ...(!isKept && { password: asksPassword ? password : null }),
      expiresAt: ends ? new Date(expiry).getTime() : null,
      emailGate: asksEmail ? { allow: linesOf(allow), block: linesOf(block) } : null,
      downloads,
    }
    onDone(
      link === undefined ? await links.create(capsuleId, settings) : await links.change(capsuleId, link.id, settings),
    )
  }
  const pointers = submission.problem?.errors.map((one) => one.pointer) ?? []
  return (
    <Dialog title={link === undefined ? words.create : words.editTitle} onClose={onClose}>
      <Form submission={submission} pointers={pointers} onSubmit={save}>
        <TextField
          label={words.name}
          hint={words.nameHint}
          required
          autoFocus
          maxLength={100}
          value={name}
          onText={setName}
          fault={faultOf('/name')}
        />
        <CheckField label={words.passwordLabel} checked={asksPassword} onCheck={setAsksPassword} />
        {asksPassword && (
          <TextField
            label={words.password}
            hint={link?.hasPassword === true ? words.passwordKept : words.passwordHint}
            type="password"
            autocomplete="new-password"
            required={link?.hasPassword !== true}
            minLength={6}
            maxLength={128}
            value={password}
            onText={setPassword}
            fault={faultOf('/password')}
          />
        )}
        <CheckField label={words.gateLabel} hint={words.gateHint} checked={asksEmail} onCheck={setAsksEmail} />
        {asksEmail && (
          <>
            <TextArea
              label={words.allow}
              hint={words.allowHint}
              value={allow}
              onText={setAllow}
              fault={faultOf('/emailGate/allow')}
            />
            <TextArea
              label={words.block}
              hint={words.blockHint}
              value={block}
              onText={setBlock}
              fault={faultOf('/emailGate/block')}
            />
          </>
        )}
        <CheckField label={words.expiryLabel} checked={ends} onCheck={setEnds} />
        {ends && (
          <TextField
            label={words.expiry}
            type="datetime-local"
            required
            value={expiry}
            onText={setExpiry}
            fault={faultOf('/expiresAt')}
          />
        )}
        <CheckField label={words.downloads} hint={words.downloadsHint} checked={downloads} onCheck={setDownloads} />
        <div class="actions">
          <button type="button" class="button quiet" onClick={onClose}>
            {t().general.cancel}
          </button>
          <Submit submission={submission}>{link === undefined ? words.make : words.save}</Submit>
        </div>
      </Form>
    </Dialog>
  )
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** As a `datetime-local` control has it: this machine's time, to the minute. */
function localTime(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
