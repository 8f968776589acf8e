/**
 * The code that "Use in this notebook" writes, by the language of the kernel: the same that `albert-widgets snippet`
 * prints, from the same texts; see albert_widgets/snippets.
 */

import csharp from '../../../albert_widgets/snippets/csharp.txt?raw';
import curl from '../../../albert_widgets/snippets/curl.txt?raw';
import java from '../../../albert_widgets/snippets/java.txt?raw';
import julia from '../../../albert_widgets/snippets/julia.txt?raw';
import node from '../../../albert_widgets/snippets/node.txt?raw';
import r from '../../../albert_widgets/snippets/r.txt?raw';

/** Code, or a text where there is none for a language. */
export interface Snippet {
  kind: 'code' | 'text';
  source: string;
}

const TEXTS = ['A man is eating.', 'Someone has a meal.'];

/** Return what to insert for a model. */
export function snippetOf(model: string, language: string): Snippet {
  const code = (source: string): Snippet => ({ kind: 'code', source });
  const name = JSON.stringify(model);
  switch (language.toLowerCase()) {
    case 'python':
    case 'ipython':
      return code(`%load_ext albert_widgets\n%albert use ${magicWord(model)}`);
    case 'r':
      return code(start(r, name));
    case 'javascript':
    case 'typescript':
      return code(start(node, name));
    case 'julia':
      // In Julia's strings a dollar begins a value.
      return code(start(julia, name.replaceAll('$', '\\$')));
    case 'bash':
    case 'shell':
      return code(start(curl, name.replaceAll("'", "'\\''")));
    case 'java':
      // A text block has escapes of its own. What is a program elsewhere is a class here, which is to be run.
      return code(`${start(java, name.replaceAll('\\', '\\\\'))}\nStart.main();`);
    case 'c#':
      return code(start(csharp, name));
    default:
      return { kind: 'text', source: inWords(model, language) };
  }
}

/** A text with the part that embeds, and a model's name as its language reads it. */
function start(text: string, name: string): string {
  const [head, ...parts] = text.split(/^.*---- (\w+)\n/m);
  const part = (task: string) => parts[parts.indexOf(task) + 1];
  const end = parts.includes('end') ? part('end') : '';
  return (head + part('embed') + end).replaceAll('"starter"', () => name).trimEnd();
}

/** A name as one word of a magic's line; see albert_widgets/magics/line.py. */
function magicWord(name: string): string {
  // A question mark at the end of a line would ask IPython for help; a semicolon is a habit of keeping cells silent.
  if (/^[^\s"'\-?;][^\s?;]*$/u.test(name)) {
    return name;
  }
  return name.endsWith('\\') ? `-- ${name}` : `"${name.replaceAll('"', '\\"')}"`;
}

function inWords(model: string, language: string): string {
  const body = JSON.stringify({ texts: TEXTS, model });
  return [
    `**${language || 'This kernel'}** can use this model by any HTTP client: \`POST\` to the address in the environment`,
    'variable `ALBERT_WIDGETS_DOOR_URL` with `embed` after it, with the headers `Content-Type: application/json` and',
    '`Authorization: Bearer …` (the value of `ALBERT_WIDGETS_DOOR_TOKEN`), and the body',
    '',
    '```json',
    body,
    '```'
  ].join('\n');
}
