// Small pieces of Markdown for the generated pages.

export function code(text) {
  return `\`${text}\``;
}

export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
