const text = `encapsify: capsules that open instantly anywhere

  encapsify serve     the server            --port N  --host NAME  --data FOLDER
  encapsify demo      fills the data folder with a demo organization   --data FOLDER  --json
  encapsify purge     throws pages out of every cache      --path P  --tag T  --organization O  --all
  encapsify doctor    says what is configured, what works and what is missing
  encapsify version
  encapsify help

The environment it reads is described in README.md.`

/** `encapsify help`. */
export async function run(): Promise<number> {
  console.log(text)
  return 0
}
