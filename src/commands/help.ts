const text = `encapsify: capsules that open instantly anywhere

  encapsify serve     the server            --port N  --host NAME  --data FOLDER
  encapsify node      one node of a cluster: guard, LiteFS and server   --port N  --host NAME  --data FOLDER
  encapsify node handoff --to NODE   lets another candidate be primary
  encapsify demo      fills the data folder with a demo organization   --data FOLDER  --json
  encapsify doctor    says what is configured, what works and what is missing
  encapsify version
  encapsify help

The environment it reads is described in README.md.`

/** `encapsify help`. */
export async function run(): Promise<number> {
  console.log(text)
  return 0
}
