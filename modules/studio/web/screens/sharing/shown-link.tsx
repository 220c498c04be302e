import type { LinkResource } from '../../../../sharing/index.ts'
import { t } from '../../app/words.ts'
import { QrCode } from '../../editor/qr-code.tsx'
import { Copyable } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** A link to take along: as text and as a QR code. */
export function ShownLink({
  link,
  name,
  onClose,
}: {
  readonly link: LinkResource
  readonly name: string
  readonly onClose: () => void
}) {
  const words = t().sharing
  return (
    <Dialog title={link.name} onClose={onClose}>
      <Copyable label={words.show} text={link.url} />
      <QrCode text={link.url} label={words.qr} name={`${name}-${link.name.replace(/[^\p{L}\p{N}]+/gu, '-')}`} />
    </Dialog>
  )
}
