/** Parses a Markdown text into what readers type, paste and read. */
export interface TakenApart {
  readonly blocks: readonly { readonly language: string; readonly text: string }[];
  readonly spans: readonly string[];
  /** Everything that a reader may type or paste. */
  readonly code: readonly string[];
}

export function takeApart(markdown: string): TakenApart {
  const blocks = [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = '']) => ({
      language,
      text,
    }),
  );
  const prose = markdown.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  const code = [...blocks.map((block) => block.text), ...spans, ...(prose.match(/^ {4}\S.*$/gm) ?? [])];
  return { blocks, spans, code };
}

/** The command and its own options of every `deploytrack …`, up to the wrapped command. */
export function invocationsIn(code: readonly string[]): { word: string; options: string[] }[] {
  return code.flatMap((text) =>
    [
      ...text.matchAll(
        /\bdeploytrack ((?:phase |rollback (?=start\b|end\b)|gate (?=freeze\b|thaw\b)|fleet (?=wait\b))?[a-z][a-z-]*)([^\n;|)#]*)/g,
      ),
    ].map(([, word = '', rest = '']) => {
      const own = rest.split(/ (?:--|'--')(?: |$)|&&/)[0] ?? '';
      return { word, options: own.match(/(?<= )--[a-z-]+/g) ?? [] };
    }),
  );
}
