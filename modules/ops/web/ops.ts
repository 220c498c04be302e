import { Live } from './parts/live.ts'

const form = document.querySelector<HTMLFormElement>('#sign-in')
if (form !== null) form.addEventListener('submit', (event) => void signIn(event, form))
else if (document.getElementById('dashboard') !== null) new Live().start()

async function signIn(event: SubmitEvent, form: HTMLFormElement): Promise<void> {
  event.preventDefault()
  const fields = new FormData(form)
  const fault = document.getElementById('sign-in-fault')
  const answer = await fetch('/api/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: fields.get('email'), password: fields.get('password') }),
  }).catch(() => undefined)
  if (answer?.ok) {
    location.reload()
    return
  }
  const problem = (await answer?.json().catch(() => undefined)) as { detail?: string } | undefined
  if (fault !== null) fault.textContent = problem?.detail ?? 'The server does not answer.'
}
