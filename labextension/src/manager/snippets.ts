/** The code that "Use in this notebook" writes, by the language of the kernel. */

/** Code, or a text where there is none for a language. */
export interface Snippet {
  kind: 'code' | 'text';
  source: string;
}

const TEXTS = ['A man is eating.', 'Someone has a meal.'];
const URL = 'ALBERT_WIDGETS_DOOR_URL';
const TOKEN = 'ALBERT_WIDGETS_DOOR_TOKEN';

/** Return what to insert for a model. */
export function snippetOf(model: string, language: string): Snippet {
  const code = (lines: string[]): Snippet => ({ kind: 'code', source: lines.join('\n') });
  switch (language.toLowerCase()) {
    case 'python':
    case 'ipython':
      return code(['%load_ext albert_widgets', `%albert use ${magicWord(model)}`]);
    case 'r':
      return code(inR(model));
    case 'javascript':
      return code(inJavaScript(model, 'globalThis'));
    case 'typescript':
      return code(inJavaScript(model, '(globalThis as any)'));
    case 'julia':
      return code(inJulia(model));
    case 'bash':
    case 'shell':
      return code(inShell(model));
    default:
      return { kind: 'text', source: inWords(model, language) };
  }
}

/** A name as one word of a magic's line; see albert_widgets/magics/line.py. */
function magicWord(name: string): string {
  // A question mark at the end of a line would ask IPython for help; a semicolon is a habit of keeping cells silent.
  if (/^[^\s"'\-?;][^\s?;]*$/u.test(name)) {
    return name;
  }
  return name.endsWith('\\') ? `-- ${name}` : `"${name.replaceAll('"', '\\"')}"`;
}

function inR(model: string): string[] {
  return [
    'library(httr2)  # and jsonlite, which it uses',
    `answer <- request(paste0(Sys.getenv("${URL}"), "embed")) |>`,
    `  req_auth_bearer_token(Sys.getenv("${TOKEN}")) |>`,
    `  req_body_json(list(texts = c(${TEXTS.map(quoted).join(', ')}), model = ${quoted(model)})) |>`,
    '  req_perform() |>',
    '  resp_body_json(simplifyVector = TRUE)',
    'tcrossprod(answer$vectors)  # how alike the texts are'
  ];
}

function inJavaScript(model: string, global: string): string[] {
  return [
    `const env = ${global}.Deno?.env.toObject() ?? ${global}.process.env;`,
    `const answer = await fetch(env.${URL} + "embed", {`,
    '  method: "POST",',
    `  headers: { Authorization: "Bearer " + env.${TOKEN}, "Content-Type": "application/json" },`,
    `  body: JSON.stringify({ texts: [${TEXTS.map(quoted).join(', ')}], model: ${quoted(model)} })`,
    '});',
    'const { vectors } = await answer.json();',
    'console.log(vectors.length + " vectors of " + vectors[0].length + " numbers");'
  ];
}

function inJulia(model: string): string[] {
  // In Julia's strings a dollar begins a value.
  const julia = (text: string) => quoted(text).replaceAll('$', '\\$');
  return [
    'using HTTP, JSON3',
    'answer = HTTP.post(',
    `    ENV["${URL}"] * "embed",`,
    `    ["Authorization" => "Bearer " * ENV["${TOKEN}"], "Content-Type" => "application/json"],`,
    `    JSON3.write((texts = [${TEXTS.map(julia).join(', ')}], model = ${julia(model)})),`,
    ')',
    'vectors = JSON3.read(answer.body).vectors',
    'length(vectors), length(vectors[1])'
  ];
}

function inShell(model: string): string[] {
  const body = JSON.stringify({ texts: TEXTS, model }).replaceAll("'", "'\\''");
  return [
    `curl --silent "\${${URL}}embed" \\`,
    `  --header "Authorization: Bearer $${TOKEN}" --header 'Content-Type: application/json' \\`,
    `  --data '${body}'`
  ];
}

function inWords(model: string, language: string): string {
  const body = JSON.stringify({ texts: TEXTS, model });
  return [
    `**${language || 'This kernel'}** can use this model by any HTTP client: \`POST\` to the address in the environment`,
    `variable \`${URL}\` with \`embed\` after it, with the headers \`Content-Type: application/json\` and`,
    `\`Authorization: Bearer …\` (the value of \`${TOKEN}\`), and the body`,
    '',
    '```json',
    body,
    '```'
  ].join('\n');
}

/** A string as R, JavaScript and Julia read it: JSON's escapes, of which R does not know the one for a slash. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
