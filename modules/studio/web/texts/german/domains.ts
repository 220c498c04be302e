import type { Texts } from '../english.ts'

export const domains: Texts['domains'] = {
  title: 'Domains',
  text: 'Kapseln auf deiner eigenen Domain: seiten.example.com/rundgang statt der Adresse dieses Servers.',
  none: 'Noch keine Domain',
  noneText: 'Füge eine hinzu, setze zwei Einträge dort, wo sie verwaltet wird, und deine Kapseln stehen auch dort.',
  name: 'Domain',
  nameHint: 'Ein Name wie seiten.example.com, ohne https://',
  add: 'Domain hinzufügen',
  states: {
    waiting: 'Wartet auf ihren Eintrag',
    verified: 'Nachgewiesen; ihr Zertifikat entsteht',
    active: 'Aktiv',
    failed: 'Nicht aktiv',
  },
  reasons: {
    'record-missing':
      'Der TXT-Eintrag wurde noch nicht gefunden. Bis neue Einträge überall zu sehen sind, kann eine Stunde vergehen.',
    'record-gone': 'Der TXT-Eintrag ist verschwunden. Ohne ihn wird die Domain nach drei Tagen aufgegeben.',
    taken: 'Eine andere Organisation hat diese Domain nachgewiesen. Sie muss zuerst dort entfernt werden.',
    'no-answer': 'Die Nameserver der Domain haben nicht geantwortet. Es wird wieder versucht.',
    'certificate-pending': 'Das Zertifikat entsteht, sobald der CNAME-Eintrag hierher führt.',
  },
  proof: 'Als Nachweis, dass sie dir gehört, setze diesen TXT-Eintrag:',
  lead: 'Damit Besucher hierher finden, setze diesen CNAME-Eintrag:',
  leadTop: (host) =>
    `Ganz oben in einer Domain geht kein CNAME: Nimm dort ALIAS oder ANAME, oder A- und AAAA-Einträge mit den Adressen von ${host}.`,
  recordName: (type, domain) => `Name des ${type}-Eintrags von ${domain}`,
  recordValue: (type, domain) => `Wert des ${type}-Eintrags von ${domain}`,
  automatic: 'Das Zertifikat entsteht und erneuert sich von selbst.',
  byCommand: 'Wer diesen Server betreibt, macht das Zertifikat:',
  byOperator: 'Wer diesen Server betreibt, fügt ein Zertifikat für die Domain dort hinzu, wo https endet: am Proxy.',
  command: (domain) => `Befehl für das Zertifikat von ${domain}`,
  checked: (when) => `Geprüft ${when}`,
  check: 'Jetzt prüfen',
  checkOf: (domain) => `Jetzt prüfen: ${domain}`,
  remove: 'Entfernen',
  removeOf: (domain) => `${domain} entfernen`,
  removeTitle: (domain) => `${domain} entfernen?`,
  removeText: 'Kapseln stehen dort sofort nicht mehr. Ihre anderen Adressen bleiben. Du kannst sie wieder hinzufügen.',
  removed: 'Die Domain ist entfernt.',
}
